// Buttons, and links that look like them. A button that waits for an answer says so and cannot be pressed twice.
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './class-names.ts';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'danger-quiet';

interface Look {
  readonly variant?: ButtonVariant | undefined;
  readonly size?: 'sm' | 'md' | undefined;
  /** Before the words; hidden from screen readers. */
  readonly icon?: ReactNode;
}

export interface ButtonProps extends ComponentProps<'button'>, Look {
  /** The answer is awaited: pressed, disabled, and announced as busy. */
  readonly busy?: boolean;
}

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:enabled:bg-accent-hover border-transparent',
  secondary: 'bg-surface text-ink border-line-strong hover:enabled:bg-sunken',
  ghost: 'bg-transparent text-muted border-transparent hover:enabled:bg-sunken hover:enabled:text-ink',
  danger: 'bg-bad text-on-accent hover:enabled:bg-bad-hover border-transparent',
  // Leads to what cannot be undone; the loud one is where it is done.
  'danger-quiet': 'bg-surface text-bad-text border-line-strong hover:enabled:bg-bad-soft',
};

export function buttonClass({ variant = 'secondary', size = 'md' }: Look = {}): string {
  return cx(
    'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors duration-100 disabled:opacity-55 max-sm:min-h-10',
    size === 'md' ? 'h-8 px-3 text-sm' : 'h-7 px-2.5 text-xs',
    variants[variant],
  );
}

export function Button({
  variant,
  size,
  icon,
  busy = false,
  disabled,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(buttonClass({ variant, size }), busy && 'animate-wait', className)}
    >
      {icon ? <span aria-hidden="true">{icon}</span> : null}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  /** Said by screen readers and shown as the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
}

export function IconButton({
  label,
  icon,
  size = 'md',
  variant = 'ghost',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      aria-label={label}
      title={label}
      variant={variant}
      size={size}
      className={cx(size === 'md' ? 'w-8 px-0' : 'w-7 px-0', 'max-sm:min-w-10', className)}
    >
      <span aria-hidden="true" className="inline-flex">
        {icon}
      </span>
    </Button>
  );
}

export type ButtonLinkProps = LinkProps &
  Look & { readonly className?: string; readonly children: ReactNode };

/** Goes to another page of the console. */
export function ButtonLink({ variant, size, icon, className, children, ...link }: ButtonLinkProps) {
  return (
    <Link
      {...link}
      className={cx(buttonClass({ variant, size }), hoverOfLinks[variant ?? 'secondary'], className)}
    >
      {icon ? <span aria-hidden="true">{icon}</span> : null}
      {children}
    </Link>
  );
}

/** `:enabled` holds for buttons only. */
const hoverOfLinks: Record<ButtonVariant, string> = {
  primary: 'hover:bg-accent-hover',
  secondary: 'hover:bg-sunken',
  ghost: 'hover:bg-sunken hover:text-ink',
  danger: 'hover:bg-bad-hover',
  'danger-quiet': 'hover:bg-bad-soft',
};
