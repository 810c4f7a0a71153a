// Name, address and role of a member. What somebody else saved meanwhile is shown beside it, and never overwritten unseen.
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Member } from '../../api/contract.ts';
import { ApiError, fieldError } from '../../api/error.ts';
import { useWrite } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { ConflictDialog } from '../../ui/conflict-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { RoleChoice } from './role-choice.tsx';
import { roleNames } from './role-words.ts';

interface EditDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

type Draft = Pick<Member, 'name' | 'email' | 'role'>;

export function EditDialog({ member: given, onClose }: EditDialogProps) {
  // As it was when the dialog opened: the list behind it goes on being read.
  const [member, setMember] = useState(given);
  const [draft, setDraft] = useState<Draft>(given);
  const [theirs, setTheirs] = useState<Member>();
  const [unread, setUnread] = useState<unknown>();
  const toast = useToast();
  const path = pathOf`/members/${member.id}`;
  const save = useWrite({
    run: (revision: number) => api.patch<Member>(path, changesOf(theirs ?? member, draft), revision),
    rereads: [['members'], ['session']],
    onDone: ({ name }) => {
      toast({ title: `${name} is saved` });
      onClose();
    },
  });
  const submit = (revision: number) => {
    setUnread(undefined);
    save.mutate(revision, {
      onError: (error) => {
        if (error instanceof ApiError && error.isConflict) {
          void api.get<Member>(path).then(setTheirs, setUnread);
        } else if (theirs) {
          // What is wrong stands in the form, which goes on from theirs.
          setMember(theirs);
          setTheirs(undefined);
        }
      },
    });
  };
  if (theirs) {
    return (
      <ConflictDialog
        open
        what={`The member “${theirs.name}”`}
        busy={save.isPending}
        fields={[
          { name: 'Name', theirs: theirs.name, yours: draft.name, differs: theirs.name !== draft.name },
          {
            name: 'E-mail address',
            theirs: theirs.email,
            yours: draft.email,
            differs: theirs.email !== draft.email,
          },
          {
            name: 'Role',
            theirs: roleNames[theirs.role],
            yours: roleNames[draft.role],
            differs: theirs.role !== draft.role,
          },
        ]}
        onTakeTheirs={() => {
          setMember(theirs);
          setDraft(theirs);
          setTheirs(undefined);
          save.reset();
        }}
        onSaveYours={() => submit(theirs.revision)}
      />
    );
  }
  const conflict = save.error instanceof ApiError && save.error.isConflict;
  const error = conflict ? unread : save.error;
  const elsewhere = error && !['name', 'email', 'role'].some((field) => fieldError(error, field));
  const changes = changesOf(member, draft);
  const signsOut = 'role' in changes || 'email' in changes;
  return (
    <Dialog open onOpenChange={onClose} title={`Edit ${member.name}`}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) submit(member.revision);
        }}
      >
        {elsewhere ? <ErrorNote error={error} /> : null}
        <Field label="Name" required error={fieldError(error, 'name')}>
          {(control) => (
            <Input
              {...control}
              required
              autoFocus
              maxLength={100}
              autoComplete="off"
              value={draft.name}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="E-mail address" required error={fieldError(error, 'email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              required
              autoComplete="off"
              value={draft.email}
              onChange={(event) => setDraft({ ...draft, email: event.target.value })}
            />
          )}
        </Field>
        <RoleChoice
          value={draft.role}
          onChange={(role) => setDraft({ ...draft, role })}
          error={fieldError(error, 'role')}
        />
        <div className="flex flex-wrap items-center justify-end gap-2">
          {signsOut && (member.sessions > 0 || member.link) ? (
            <p className="mr-auto text-faint text-xs">
              {member.sessions > 0 ? 'Saving signs them out. ' : ''}
              {member.link ? 'The link they were given ends: make a new one.' : ''}
            </p>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            busy={save.isPending}
            disabled={Object.keys(changes).length === 0}
          >
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function changesOf(before: Draft, after: Draft): Partial<Draft> {
  return {
    ...(before.name === after.name ? {} : { name: after.name }),
    ...(before.email === after.email ? {} : { email: after.email }),
    ...(before.role === after.role ? {} : { role: after.role }),
  };
}
