// Renames a project or organization and changes its metadata; what somebody else saved meanwhile is shown beside it.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Organization, Project } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { ConflictDialog } from '../../ui/conflict-dialog.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { fieldReason } from '../limits/reason.ts';
import { rereadAccounts } from '../limits/reread.ts';
import { MetadataFields, metadataOf, pairsOf } from './metadata-fields.tsx';

type Named = Pick<Organization, 'id' | 'name' | 'metadata' | 'revision'>;

interface EditSheetProps {
  /** As it was read when the form was opened. */
  readonly subject: Named;
  /** `/projects` */
  readonly path: '/projects' | '/organizations';
  readonly onClose: () => void;
}

export function EditProjectSheet({
  subject,
  onClose,
}: {
  readonly subject: Project;
  readonly onClose: () => void;
}) {
  return <EditNamedSheet subject={subject} path="/projects" onClose={onClose} />;
}

const formId = 'edit-named';

export function EditNamedSheet({ subject, path, onClose }: EditSheetProps) {
  const [name, setName] = useState(subject.name);
  const [pairs, setPairs] = useState(() => pairsOf(subject.metadata));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<Named | null>(null);
  const client = useQueryClient();
  const toast = useToast();
  const place = `${path}/${encodeURIComponent(subject.id)}`;
  const change = {
    ...(name.trim() === subject.name ? {} : { name: name.trim() }),
    ...(textOf(metadataOf(pairs)) === textOf(subject.metadata) ? {} : { metadata: metadataOf(pairs) }),
  };

  async function save(revision: number) {
    if (Object.keys(change).length === 0) {
      onClose();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const saved = await api.patch<Named>(place, change, revision);
      await rereadAccounts(client);
      toast({ title: `“${saved.name}” is saved` });
      onClose();
    } catch (caught) {
      if (caught instanceof ApiError && caught.isConflict) {
        await api.get<Named>(place).then(setTheirs, setError);
      } else setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const errorOf = (param: string) => fieldReason(error, param);
  const atField = errorOf('name') !== undefined || errorOf('metadata') !== undefined;
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
          className="space-y-5"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void save(subject.revision);
          }}
        >
          <Field label="Name" required error={errorOf('name')}>
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
          <MetadataFields pairs={pairs} onPairs={setPairs} error={errorOf('metadata')} />
          {error && !atField ? <ErrorNote error={error} /> : null}
        </form>
      </Sheet>
      <ConflictDialog
        open={theirs !== null}
        what={`“${subject.name}”`}
        busy={busy}
        fields={
          theirs
            ? [
                { name: 'Name', theirs: theirs.name, yours: change.name ?? theirs.name, differs: true },
                {
                  name: 'Metadata',
                  theirs: textOf(theirs.metadata),
                  yours: textOf(change.metadata === undefined ? theirs.metadata : change.metadata),
                  differs:
                    textOf(theirs.metadata) !== textOf(subject.metadata) || change.metadata !== undefined,
                },
              ]
            : []
        }
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

function textOf(metadata: Readonly<Record<string, string>> | null): string {
  const pairs = Object.entries(metadata ?? {}).map(([name, value]) => `${name}: ${value}`);
  return pairs.length === 0 ? 'none' : pairs.join(', ');
}
