// Makes a project.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { ListOf, Organization, Project } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { resource } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { fieldReason } from '../limits/reason.ts';
import { rereadAccounts } from '../limits/reread.ts';
import { MetadataFields, metadataOf, type Pair } from './metadata-fields.tsx';

const formId = 'create-project';
const shown = /^(name|organization|metadata)\b/;

export function CreateProjectSheet({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [organization, setOrganization] = useState<string | null>(null);
  const [pairs, setPairs] = useState<readonly Pair[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const organizations = useQuery(resource<ListOf<Organization>>('/organizations', { limit: 200 }));
  const client = useQueryClient();
  const toast = useToast();
  const errorOf = (param: string) => fieldReason(error, param);
  async function create() {
    setBusy(true);
    setError(null);
    try {
      const made = await api.post<Project>('/projects', {
        name: name.trim(),
        ...(organization === null ? {} : { organization }),
        metadata: metadataOf(pairs),
      });
      await rereadAccounts(client);
      toast({ title: `“${made.name}” is made`, detail: 'Keys can be made in it now.' });
      onClose();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  }
  return (
    <Sheet
      open
      onOpenChange={(open) => (open || busy ? undefined : onClose())}
      title="Create project"
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Create project
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void create();
        }}
      >
        <Field
          label="Name"
          required
          error={errorOf('name')}
          hint="A team, a customer, an application. Names are unique."
        >
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
        <Field label="Organization" error={errorOf('organization')}>
          {(control) => (
            <Combobox
              control={control}
              placeholder="default"
              options={organizations.data?.data.map((each) => ({ value: each.id, label: each.name }))}
              value={organization}
              onValue={setOrganization}
            />
          )}
        </Field>
        <MetadataFields pairs={pairs} onPairs={setPairs} error={errorOf('metadata')} />
        {error && !(error instanceof ApiError && shown.test(error.param ?? '')) ? (
          <ErrorNote error={error} />
        ) : null}
      </form>
    </Sheet>
  );
}
