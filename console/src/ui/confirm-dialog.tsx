// Asks before what cannot be undone. Says what happens then; for the gravest the name has to be typed.
import { type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './error-state.tsx';
import { Input } from './input.tsx';

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** `Revoke “Billing service”?` */
  readonly title: string;
  /** What happens from then on. */
  readonly children: ReactNode;
  /** On the button: the verb of the title. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly busy?: boolean;
  readonly error?: unknown;
  /** Has to be typed before the button works. */
  readonly typed?: string;
  readonly harmless?: boolean;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, action } = props;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      {/* Made anew each time it opens, so that nothing typed stays. */}
      <Body key={action} {...props} />
    </Dialog>
  );
}

function Body({
  onOpenChange,
  children,
  action,
  onConfirm,
  busy = false,
  error,
  typed,
  harmless = false,
}: ConfirmDialogProps) {
  const [text, setText] = useState('');
  const id = useId();
  const ready = typed === undefined || text.trim() === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onConfirm();
      }}
    >
      <div className="space-y-2 text-muted text-sm">{children}</div>
      {typed === undefined ? null : (
        <div className="mt-4">
          <label htmlFor={id} className="mb-1 block text-sm">
            Type <strong className="break-all font-semibold">{typed}</strong> to go on
          </label>
          <Input
            id={id}
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      )}
      {error ? <ErrorNote error={error} className="mt-4" /> : null}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant={harmless ? 'primary' : 'danger'} disabled={!ready} busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
