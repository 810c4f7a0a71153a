// A window over the page: Dialog in the middle, Sheet from the right (for forms). Focus stays inside and returns to
// where it was; Escape closes; on phones both fill the width.
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import { focusFirstField } from './first-field.ts';
import { returnFocus } from './return-focus.ts';

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Buttons at the bottom, which stay in sight. */
  readonly footer?: ReactNode;
  readonly size?: 'sm' | 'md' | 'lg';
  /** While true, neither Escape nor a press outside closes it: something in it is shown only once, or is unsaved. */
  readonly held?: boolean;
}

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' };

export function Dialog({ size = 'sm', ...props }: DialogProps) {
  return (
    <Panel
      {...props}
      className={cx(
        'inset-x-0 bottom-0 max-h-[92dvh] rounded-t-xl sm:inset-auto sm:top-[12vh] sm:left-1/2 sm:max-h-[76vh] sm:w-full sm:-translate-x-1/2 sm:rounded-lg',
        'animate-rise',
        widths[size],
      )}
    />
  );
}

export function Sheet({ size = 'md', ...props }: DialogProps) {
  const width = { sm: 'sm:max-w-md', md: 'sm:max-w-lg', lg: 'sm:max-w-2xl' }[size];
  return <Panel {...props} className={cx('inset-y-0 right-0 w-full animate-sheet sm:border-l', width)} />;
}

function Panel({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  held,
  className,
}: Omit<DialogProps, 'size'> & { readonly className: string }) {
  const hold = held ? (event: Event) => event.preventDefault() : undefined;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          {...(hold ? { onEscapeKeyDown: hold, onPointerDownOutside: hold, onInteractOutside: hold } : {})}
          onOpenAutoFocus={focusFirstField}
          onCloseAutoFocus={returnFocus}
          className={cx('fixed z-50 flex flex-col border-line bg-raised shadow-pop sm:border', className)}
        >
          <header className="flex items-start justify-between gap-3 border-line border-b px-5 py-3.5">
            <div className="min-w-0">
              <Radix.Title className="break-words font-semibold text-lg">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-muted text-sm">{description}</Radix.Description>
              ) : null}
            </div>
            {held ? null : (
              <Radix.Close asChild>
                <IconButton label="Close" icon={<X size={16} />} size="sm" />
              </Radix.Close>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
