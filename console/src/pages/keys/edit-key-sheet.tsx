// Changes a key. Only what was changed is sent, from the revision that was read; what somebody else saved meanwhile is shown
// beside it, and stays unless one says otherwise.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { KeyDetail } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { ConflictDialog } from '../../ui/conflict-dialog.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { rereadAccounts } from '../limits/reread.ts';
import { wrongDraft } from './field-errors.ts';
import { conflictFields } from './key-conflict.ts';
import { changeOf, draftOf } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';

interface EditKeySheetProps {
  /** As it was read when the form was opened. */
  readonly subject: KeyDetail;
  readonly onClose: () => void;
}

const formId = 'edit-key';
const shown = /^(name|models|expires_at|allowed_ips|options)\b/;

export function EditKeySheet({ subject, onClose }: EditKeySheetProps) {
  const [before] = useState(() => draftOf(subject));
  const [draft, setDraft] = useState(before);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<KeyDetail | null>(null);
  const client = useQueryClient();
  const toast = useToast();
  const change = changeOf(before, draft);

  async function save(revision: number) {
    const wrong = wrongDraft(draft);
    setError(wrong ?? null);
    if (wrong || busy) return;
    if (Object.keys(change).length === 0) {
      onClose();
      return;
    }
    setBusy(true);
    try {
      const saved = await api.patch<KeyDetail>(pathOf`/keys/${subject.id}`, change, revision);
      await rereadAccounts(client);
      toast({ title: `“${saved.name}” is saved`, detail: 'In force within a second, on every node.' });
      onClose();
    } catch (caught) {
      if (caught instanceof ApiError && caught.isConflict) {
        await api.get<KeyDetail>(pathOf`/keys/${subject.id}`).then(setTheirs, setError);
      } else setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const atField = error instanceof ApiError && shown.test(error.param ?? '');
  return (
    <>
      <Sheet
        open={theirs === null}
        onOpenChange={(open) => (open || busy || theirs ? undefined : onClose())}
        title={`Edit “${subject.name}”`}
        footer={
          <>
            <Button onClick={onClose} disabled={busy}>
              Cancel
            </Button>
            <Button type="submit" form={formId} variant="primary" busy={busy}>
              Save
            </Button>
          </>
        }
      >
        <form
          id={formId}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void save(subject.revision);
          }}
        >
          <KeyFields draft={draft} onDraft={setDraft} error={error} isNew={false} />
          {error && !atField ? <ErrorNote error={error} className="mt-4" /> : null}
        </form>
      </Sheet>
      <ConflictDialog
        open={theirs !== null}
        what={`The key “${subject.name}”`}
        busy={busy}
        fields={theirs ? conflictFields(theirs, before, draft) : []}
        onTakeTheirs={() => {
          void rereadAccounts(client);
          onClose();
        }}
        onSaveYours={() => {
          const { revision } = theirs ?? subject;
          setTheirs(null);
          void save(revision);
        }}
      />
    </>
  );
}
