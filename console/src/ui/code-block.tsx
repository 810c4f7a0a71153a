// Code or JSON to read and copy. It scrolls inside and is reached by keyboard.
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { CopyButton } from './copy-button.tsx';
import { scrollsByKeyboard } from './scroll-region.ts';

export interface CodeBlockProps {
  readonly code: string;
  /** `curl`, `Request body` */
  readonly title: string;
  /** In the bar at the top, left of the copy button. */
  readonly aside?: ReactNode;
  readonly wrap?: boolean;
  readonly className?: string;
}

export function CodeBlock({ code, title, aside, wrap = false, className }: CodeBlockProps) {
  return (
    <figure className={cx('overflow-hidden rounded-lg border border-line bg-surface', className)}>
      <figcaption className="flex h-9 items-center justify-between gap-2 border-line border-b bg-sunken pr-1 pl-3 text-muted text-xs">
        <span className="truncate">{title}</span>
        <span className="flex items-center gap-1">
          {aside}
          <CopyButton text={code} label={`Copy ${title}`} />
        </span>
      </figcaption>
      <section {...scrollsByKeyboard} aria-label={title} className="max-h-[60vh] overflow-auto">
        <pre
          className={cx('px-3 py-2.5 font-mono text-xs leading-5', wrap && 'whitespace-pre-wrap break-words')}
        >
          <code>{code}</code>
        </pre>
      </section>
    </figure>
  );
}

/** An id or a name from code, inside a sentence or a cell. */
export function Code({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <code className={cx('rounded bg-sunken px-1 py-0.5 font-mono text-[0.92em]', className)}>{children}</code>
  );
}
