// The frame of pages before the console: signing in, set-up, links. One card under the mark; its title is the h1.
import { type ReactNode, useEffect } from 'react';
import { cx } from './class-names.ts';
import { Mark } from './mark.tsx';

export interface EntranceProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** Under the card: another way, a help. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

export function Entrance({ title, description, footer, wide = false, children }: EntranceProps) {
  useEffect(() => {
    document.title = `${title} · Tollgate`;
  }, [title]);
  return (
    <main
      id="main"
      className="flex min-h-dvh flex-col items-center bg-canvas px-4 pt-[max(2rem,9vh)] pb-10 text-ink"
    >
      <div className={cx('w-full', wide ? 'max-w-2xl' : 'max-w-sm')}>
        <header className={cx('mb-5', wide ? '' : 'text-center')}>
          <div className={cx('mb-4', wide ? '' : 'flex justify-center')}>
            <Mark size={36} />
          </div>
          <h1 className="break-words font-semibold text-xl tracking-tight">{title}</h1>
          {description ? <div className="mt-1 text-balance text-muted text-sm">{description}</div> : null}
        </header>
        {children ? (
          <div className={wide ? 'space-y-4' : 'rounded-lg border border-line bg-surface p-5'}>
            {children}
          </div>
        ) : null}
        {footer ? <div className="mt-4 text-balance text-center text-faint text-xs">{footer}</div> : null}
      </div>
    </main>
  );
}
