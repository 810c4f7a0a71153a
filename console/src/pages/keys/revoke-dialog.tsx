// Revokes a key for ever: its name has to be typed.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Key, KeyDetail } from '../../api/contract.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useToast } from '../../ui/toast.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { rereadAccounts } from '../limits/reread.ts';

interface RevokeDialogProps {
  readonly subject: Key | null;
  readonly onClose: () => void;
}

export function RevokeDialog({ subject, onClose }: RevokeDialogProps) {
  if (subject === null) return null;
  return <Body key={subject.id} subject={subject} onClose={onClose} />;
}

function Body({ subject, onClose }: { readonly subject: Key; readonly onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const toast = useToast();
  async function revoke() {
    setBusy(true);
    setError(null);
    try {
      const { name } = await api.post<KeyDetail>(pathOf`/keys/${subject.id}/revoke`, undefined, {
        revision: subject.revision,
      });
      await rereadAccounts(client);
      toast({ title: `“${name}” is revoked`, detail: 'Clients using it get 401 from now on.' });
      onClose();
    } catch (caught) {
      setError(caught);
      await rereadAccounts(client);
    } finally {
      setBusy(false);
    }
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Revoke “${subject.name}”`}
      action="Revoke key"
      typed={subject.name.trim()}
      busy={busy}
      error={error}
      onConfirm={() => void revoke()}
    >
      <p>
        Clients using it get 401 from now on, with this secret and every earlier one. This is for ever: a
        revoked key cannot be brought back. Its requests and costs stay.
      </p>
      <p>
        Last used <TimeAgo at={subject.last_used_at} none="never" />. To stop it for a while, disable it
        instead.
      </p>
    </ConfirmDialog>
  );
}
