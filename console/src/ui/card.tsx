// A frame around what belongs together, with an h2 of its own; and a list of facts for inside.
import { type ReactNode, useId } from 'react';
import { cx } from './class-names.ts';

export interface CardProps {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Without padding: tables and charts reach the frame. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Card({ title, description, actions, flush = false, className, children }: CardProps) {
  const id = useId();
  return (
    <section
      {...(title ? { 'aria-labelledby': id } : {})}
      className={cx('min-w-0 rounded-lg border border-line bg-surface', className)}
    >
      {title ? (
        <div className="flex flex-wrap items-start justify-between gap-2 border-line border-b px-4 py-3">
          <div className="min-w-0">
            <h2 id={id} className="font-semibold text-base">
              {title}
            </h2>
            {description ? <div className="text-muted text-sm">{description}</div> : null}
          </div>
          {actions ? <div className="flex items-center gap-2">{actions}</div> : null}
        </div>
      ) : null}
      <div className={flush ? '' : 'px-4 py-3.5'}>{children}</div>
    </section>
  );
}

export interface Fact {
  readonly name: ReactNode;
  readonly value: ReactNode;
}

/** Name and value in pairs; under each other on phones. */
export function Facts({ facts }: { readonly facts: readonly (Fact | null)[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2.5 text-sm sm:grid-cols-[minmax(8rem,max-content)_1fr]">
      {facts.map((fact, index) =>
        fact === null ? null : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the facts of a card stand in a fixed order
          <div key={index} className="contents">
            <dt className="text-muted">{fact.name}</dt>
            <dd className="min-w-0 break-words max-sm:mb-1.5">{fact.value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
