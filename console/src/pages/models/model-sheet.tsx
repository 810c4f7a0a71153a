// Makes a model, or changes one that was made here. What somebody else saved meanwhile is shown beside it, and never
// overwritten unseen.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { ListOf, Model, Provider } from '../../api/contract.ts';
import { ApiError, fieldError } from '../../api/error.ts';
import { resource } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { ModelConflict } from './model-conflict.tsx';
import { draftOf, emptyDraft, entryOf, type ModelDraft } from './model-draft.ts';
import { ModelSettings, settingParams } from './model-settings.tsx';
import { RouteEditor } from './route-editor.tsx';

interface ModelSheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Absent: makes one. */
  readonly model?: Model;
}

export function ModelSheet({ open, onClose, model }: ModelSheetProps) {
  if (!open) return null;
  return <Form key={model?.name ?? ''} onClose={onClose} before={model} />;
}

function Form({ onClose, before }: { readonly onClose: () => void; readonly before: Model | undefined }) {
  // As it was opened: what is read again meanwhile must not change what the form is compared with.
  const [first] = useState(before);
  const [draft, setDraft] = useState<ModelDraft>(() => (first ? draftOf(first) : emptyDraft()));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<Model | null>(null);
  const providers = useQuery(resource<ListOf<Provider>>('/providers'));
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const patch = (change: Partial<ModelDraft>) => setDraft((now) => ({ ...now, ...change }));
  const entry = entryOf(draft, first?.entry ?? null);

  async function save(revision: number | undefined) {
    setBusy(true);
    setError(null);
    try {
      const saved = first
        ? await api.patch<Model>(pathOf`/models/${first.name}`, entry, revision)
        : await api.post<Model>('/models', { name: draft.name.trim(), ...entry });
      await Promise.all(
        [['models'], ['providers'], ['prices']].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      toast({
        title: `“${saved.name}” is saved`,
        detail: saved.price
          ? 'In force for the next request.'
          : 'It needs a price before requests are served.',
      });
      onClose();
      if (!first) void navigate({ to: '/models/$name', params: { name: saved.name } });
    } catch (caught) {
      if (first && caught instanceof ApiError && caught.isConflict) {
        await api.get<Model>(pathOf`/models/${first.name}`).then(setTheirs, setError);
      } else setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const placed = ['name', 'route', ...settingParams].some((param) => fieldError(error, param) !== undefined);
  return (
    <>
      <Sheet
        open={theirs === null}
        onOpenChange={(next) => (next || theirs ? undefined : onClose())}
        size="lg"
        title={first ? `Change “${first.name}”` : 'Add a model'}
        description={
          first
            ? 'In force for the next request at every node; requests under way go on with the old route.'
            : 'A name that clients may ask for, and where those requests go.'
        }
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form="model-form" variant="primary" busy={busy}>
              {first ? 'Save' : 'Add model'}
            </Button>
          </>
        }
      >
        <form
          id="model-form"
          noValidate
          className="space-y-5"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void save(first?.revision ?? undefined);
          }}
        >
          {first ? null : (
            <Field
              label="Public name"
              required
              error={fieldError(error, 'name')}
              hint="What clients send as `model`."
            >
              {(control) => (
                <Input
                  {...control}
                  mono
                  autoFocus
                  autoComplete="off"
                  spellCheck={false}
                  placeholder="gpt-5.1-mini"
                  value={draft.name}
                  onChange={(event) => patch({ name: event.target.value })}
                />
              )}
            </Field>
          )}
          <RouteEditor
            groups={draft.groups}
            onGroups={(groups) => patch({ groups })}
            providers={providers.data?.data}
            publicName={draft.name}
            error={error}
          />
          <ModelSettings draft={draft} onChange={patch} error={error} />
          {error && !placed ? <ErrorNote error={error} /> : null}
        </form>
      </Sheet>
      {theirs && first ? (
        <ModelConflict
          theirs={theirs}
          mine={entry}
          busy={busy}
          onTakeTheirs={() => {
            void client.invalidateQueries({ queryKey: ['models'] });
            onClose();
          }}
          onSaveYours={() => {
            const { revision } = theirs;
            setTheirs(null);
            void save(revision ?? undefined);
          }}
        />
      ) : null}
    </>
  );
}
