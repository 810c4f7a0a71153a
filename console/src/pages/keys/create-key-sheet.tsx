// Makes a key with its limits, then shows its secret once.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { KeyWithSecret } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { rereadAccounts } from '../limits/reread.ts';
import { wrongDraft } from './field-errors.ts';
import { emptyDraft, newKeyOf } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';
import { SecretDialog } from './secret-dialog.tsx';

interface CreateKeySheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function CreateKeySheet({ open, onClose }: CreateKeySheetProps) {
  const [made, setMade] = useState<KeyWithSecret | null>(null);
  if (made) {
    return (
      <SecretDialog
        made={made}
        onClose={() => {
          setMade(null);
          onClose();
        }}
      />
    );
  }
  return open ? <FormSheet onMade={setMade} onClose={onClose} /> : null;
}

const formId = 'create-key';
const shown = /^(name|project|models|limits|expires_at|allowed_ips|options)\b/;

function FormSheet({
  onMade,
  onClose,
}: {
  readonly onMade: (made: KeyWithSecret) => void;
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState(emptyDraft);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  async function create() {
    const wrong = wrongDraft(draft);
    setError(wrong ?? null);
    if (wrong || busy) return;
    setBusy(true);
    try {
      const made = await api.post<KeyWithSecret>('/keys', newKeyOf(draft));
      onMade(made);
      await rereadAccounts(client);
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  }
  const atField = error instanceof ApiError && shown.test(error.param ?? '');
  return (
    <Sheet
      open
      onOpenChange={(next) => (next || busy ? undefined : onClose())}
      title="Create API key"
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Create key
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <KeyFields draft={draft} onDraft={setDraft} error={error} isNew />
        {error && !atField ? <ErrorNote error={error} className="mt-4" /> : null}
      </form>
    </Sheet>
  );
}
