// Makes an organization.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Organization } from '../../api/contract.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { fieldReason } from '../limits/reason.ts';
import { rereadAccounts } from '../limits/reread.ts';

const formId = 'create-organization';

export function CreateOrganizationDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const toast = useToast();
  async function create() {
    setBusy(true);
    setError(null);
    try {
      const made = await api.post<Organization>('/organizations', { name: name.trim() });
      await rereadAccounts(client);
      toast({ title: `“${made.name}” is made`, detail: 'Projects can be made in it now.' });
      onClose();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  }
  const message = fieldReason(error, 'name');
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || busy ? undefined : onClose())}
      title="Create organization"
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Create organization
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void create();
        }}
      >
        <Field label="Name" required error={message}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              autoComplete="off"
              dir="auto"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {error && message === undefined ? <ErrorNote error={error} className="mt-3" /> : null}
      </form>
    </Dialog>
  );
}
