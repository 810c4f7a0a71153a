// Grey places where content will be, of the size the content will have, so that nothing jumps when it comes.
import { cx } from './class-names.ts';

export function Skeleton({ className }: { readonly className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx('block animate-wait rounded bg-sunken', className ?? 'h-4 w-full')}
    />
  );
}

/** For a screen reader: that something is on its way. */
export function Loading({ label = 'Loading' }: { readonly label?: string }) {
  return (
    <p role="status" className="sr-only">
      {label}
    </p>
  );
}
