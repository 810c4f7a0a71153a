// A turn while it is rewritten.
import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Textarea } from '../../../ui/input.tsx';

export interface EditTurnProps {
  readonly what: string;
  readonly text: string;
  readonly onCancel: () => void;
  /** In its place: what follows stays. */
  readonly onSave: (text: string) => void;
  /** As another version, with an answer of its own. */
  readonly onResend?: ((text: string) => void) | undefined;
}

export function EditTurn({ what, text, onCancel, onSave, onResend }: EditTurnProps) {
  const [draft, setDraft] = useState(text);
  return (
    <form
      className="w-full"
      onSubmit={(event) => {
        event.preventDefault();
        (onResend ?? onSave)(draft);
      }}
    >
      <Textarea
        aria-label={`Edit ${what}`}
        autoFocus
        value={draft}
        rows={Math.min(Math.max(draft.split('\n').length, 2), 16)}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onCancel();
          } else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
            event.preventDefault();
            (onResend ?? onSave)(draft);
          }
        }}
      />
      <div className="mt-2 flex justify-end gap-2">
        <Button size="sm" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
        {onResend ? (
          <>
            <Button size="sm" onClick={() => onSave(draft)}>
              Save
            </Button>
            <Button size="sm" variant="primary" type="submit">
              Save and send
            </Button>
          </>
        ) : (
          <Button size="sm" variant="primary" type="submit">
            Save
          </Button>
        )}
      </div>
    </form>
  );
}
