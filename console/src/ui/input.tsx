// One line and several lines of text, and a native select: the same frame for all three.
import { ChevronDown, Search } from 'lucide-react';
import { type ComponentProps, type ReactNode, useRef } from 'react';
import { cx } from './class-names.ts';

export const controlClass =
  'w-full rounded-md border border-line-strong bg-surface text-ink text-sm transition-colors placeholder:text-faint hover:enabled:border-faint focus-visible:border-accent focus-visible:outline-offset-0 disabled:bg-sunken disabled:text-muted aria-invalid:border-bad max-sm:text-base';

export interface InputProps extends ComponentProps<'input'> {
  /** Code, ids, numbers: in the fixed-width face. */
  readonly mono?: boolean;
  /** Inside the frame, at its left: `$`, an icon. */
  readonly before?: ReactNode;
  /** Inside the frame, at its right: a unit. */
  readonly after?: ReactNode;
}

export function Input({ className, mono, before, after, ...rest }: InputProps) {
  const input = (
    <input
      {...rest}
      className={cx(
        controlClass,
        'h-8 px-2.5 max-sm:min-h-10',
        mono && 'font-mono tabular-nums',
        before !== undefined && 'pl-7',
        after !== undefined && 'pr-16',
        className,
      )}
    />
  );
  if (before === undefined && after === undefined) return input;
  return (
    <span className="relative block">
      {before !== undefined ? (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint text-sm">
          {before}
        </span>
      ) : null}
      {input}
      {after !== undefined ? (
        <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-faint text-xs">
          {after}
        </span>
      ) : null}
    </span>
  );
}

export function Textarea({ className, mono, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      rows={4}
      {...rest}
      className={cx(controlClass, 'block px-2.5 py-1.5', mono && 'font-mono text-xs leading-5', className)}
    />
  );
}

/** The system's own list: right on phones, with the keyboard and in screen readers. Options as children. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={cx('relative block', className)}>
      <select {...rest} className={cx(controlClass, 'h-8 appearance-none pr-8 pl-2.5 max-sm:min-h-10')}>
        {children}
      </select>
      <ChevronDown
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-faint"
      />
    </span>
  );
}

export interface SearchInputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** `/` on the page goes here (app/shell/shortcuts.ts looks for `data-search`). Escape empties it. */
export function SearchInput({ label, value, onValue, className, ...rest }: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <span className={cx('relative block', className)}>
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
      />
      <input
        {...rest}
        ref={input}
        type="search"
        data-search
        aria-label={label}
        placeholder={rest.placeholder ?? label}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (value === '') input.current?.blur();
          else onValue('');
        }}
        className={cx(controlClass, 'h-8 pr-2.5 pl-8 max-sm:min-h-10')}
      />
    </span>
  );
}
