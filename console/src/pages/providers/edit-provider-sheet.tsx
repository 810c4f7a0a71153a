// Changes a provider that was made here: its address, its key, its capabilities stay where nothing is typed. A stored key goes to no
// other address, so with another one it is entered again.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Provider, ProviderChange } from '../../api/contract.ts';
import { ApiError, fieldError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { ConflictDialog } from '../../ui/conflict-dialog.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';

interface EditProviderSheetProps {
  readonly open: boolean;
  readonly provider: Provider;
  readonly onClose: () => void;
}

export function EditProviderSheet({ open, provider, onClose }: EditProviderSheetProps) {
  return open ? <Form key={provider.name} provider={provider} onClose={onClose} /> : null;
}

const params = [
  'base_url',
  'api_key',
  'api_keys',
  'region',
  'api_version',
  'access_key_id',
  'secret_access_key',
];

function Form({ provider, onClose }: Omit<EditProviderSheetProps, 'open'>) {
  // As it was opened: what is read again meanwhile must not change what the form is compared with.
  const [first] = useState(provider);
  const stated = String(first.entry?.base_url ?? '');
  const [baseUrl, setBaseUrl] = useState(stated);
  const [keys, setKeys] = useState('');
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecretAccessKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<Provider | null>(null);
  const client = useQueryClient();
  const toast = useToast();
  const typed = keys.split(/\s+/).filter((key) => key !== '');
  const aws = first.type === 'bedrock' && first.secrets.some(({ field }) => field === 'access_key_id');
  const change: ProviderChange = {
    ...(baseUrl.trim() === stated ? {} : { base_url: baseUrl.trim() || null }),
    ...(typed.length === 1 ? { api_key: typed[0] ?? '' } : {}),
    ...(typed.length > 1 ? { api_keys: typed.map((key) => ({ key })) } : {}),
    ...(accessKeyId.trim() ? { access_key_id: accessKeyId.trim() } : {}),
    ...(secretAccessKey.trim() ? { secret_access_key: secretAccessKey.trim() } : {}),
  };

  async function save(revision: number | undefined) {
    setBusy(true);
    setError(null);
    try {
      const saved = await api.patch<Provider>(pathOf`/providers/${first.name}`, change, revision);
      await Promise.all(
        [['providers'], ['models']].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      toast({ title: `“${saved.name}” is saved`, detail: 'In force for the next request at every node.' });
      onClose();
    } catch (caught) {
      if (caught instanceof ApiError && caught.isConflict) {
        await api.get<Provider>(pathOf`/providers/${first.name}`).then(setTheirs, setError);
      } else setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const keyError = fieldError(error, 'api_keys') ?? fieldError(error, 'api_key');
  const placed = params.some((param) => fieldError(error, param) !== undefined);
  return (
    <>
      <Sheet
        open={theirs === null}
        onOpenChange={(next) => (next || theirs ? undefined : onClose())}
        title={`Change “${first.name}”`}
        description="In force for the next request at every node; requests under way go on with the old."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              form="provider-form"
              variant="primary"
              busy={busy}
              disabled={Object.keys(change).length === 0}
            >
              Save
            </Button>
          </>
        }
      >
        <form
          id="provider-form"
          noValidate
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void save(first.revision ?? undefined);
          }}
        >
          <Field
            label="Base URL"
            error={fieldError(error, 'base_url')}
            hint={
              first.preset || stated === ''
                ? `Empty: ${first.base_url ?? 'as known for it'}. With another host the key has to be entered again.`
                : 'With another host the key has to be entered again.'
            }
          >
            {(control) => (
              <Input
                {...control}
                mono
                autoComplete="off"
                spellCheck={false}
                placeholder={first.base_url ?? ''}
                value={baseUrl}
                onChange={(event) => setBaseUrl(event.target.value)}
              />
            )}
          </Field>
          {aws ? (
            <>
              <SecretField
                label="New access key ID"
                value={accessKeyId}
                onValue={setAccessKeyId}
                error={fieldError(error, 'access_key_id')}
              />
              <SecretField
                label="New secret access key"
                value={secretAccessKey}
                onValue={setSecretAccessKey}
                error={fieldError(error, 'secret_access_key')}
              />
            </>
          ) : (
            <Field
              label="New keys"
              error={keyError}
              hint={`One a line: requests are shared between them. Empty: ${
                first.secrets.length > 0
                  ? `what is stored stays (${first.secrets.map(({ preview }) => preview).join(', ')}).`
                  : 'it stays without a key.'
              }`}
            >
              {(control) => (
                <Textarea
                  {...control}
                  mono
                  rows={3}
                  autoComplete="off"
                  spellCheck={false}
                  value={keys}
                  onChange={(event) => setKeys(event.target.value)}
                />
              )}
            </Field>
          )}
          {error && !placed ? <ErrorNote error={error} /> : null}
        </form>
      </Sheet>
      <ConflictDialog
        open={theirs !== null}
        what={`The provider “${first.name}”`}
        busy={busy}
        fields={[
          {
            name: 'Base URL',
            theirs: theirs?.base_url ?? '',
            yours: baseUrl.trim() || (first.base_url ?? ''),
            differs: (theirs?.base_url ?? '') !== (baseUrl.trim() || (first.base_url ?? '')),
          },
          {
            name: 'Keys',
            theirs: theirs?.secrets.map(({ preview }) => preview).join(', ') || 'none',
            yours: typed.length > 0 ? `${typed.length} new` : 'as stored',
            differs: true,
          },
        ]}
        onTakeTheirs={() => {
          void client.invalidateQueries({ queryKey: ['providers'] });
          onClose();
        }}
        onSaveYours={() => {
          const revision = theirs?.revision ?? undefined;
          setTheirs(null);
          void save(revision);
        }}
      />
    </>
  );
}

interface SecretFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly error: string | undefined;
}

function SecretField({ label, value, onValue, error }: SecretFieldProps) {
  return (
    <Field label={label} error={error} hint="Empty: what is stored stays.">
      {(control) => (
        <Input
          {...control}
          mono
          type="password"
          autoComplete="new-password"
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
