// Inviting somebody: address and role, then the link to hand over.
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { MemberWithLink, NewMember } from '../../api/contract.ts';
import { fieldError } from '../../api/error.ts';
import { useWrite } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { LinkOnce } from './link-once.tsx';
import { RoleChoice } from './role-choice.tsx';

interface InviteDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function InviteDialog({ open, onOpenChange }: InviteDialogProps) {
  const [made, setMade] = useState<MemberWithLink>();
  const close = () => {
    onOpenChange(false);
    setMade(undefined);
  };
  return (
    <Dialog
      open={open}
      held={made !== undefined}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={made ? `${made.name} is invited` : 'Invite member'}
      footer={made ? <Button onClick={close}>Done</Button> : undefined}
    >
      {made ? (
        <LinkOnce link={made.invitation} name={made.name} />
      ) : (
        <InviteForm onMade={setMade} onCancel={close} />
      )}
    </Dialog>
  );
}

interface InviteFormProps {
  readonly onMade: (member: MemberWithLink) => void;
  readonly onCancel: () => void;
}

function InviteForm({ onMade, onCancel }: InviteFormProps) {
  const [draft, setDraft] = useState<NewMember>({ email: '', role: 'member' });
  const invite = useWrite({
    run: (member: NewMember) => api.post<MemberWithLink>('/members', member),
    rereads: [['members']],
    onDone: onMade,
  });
  const { error } = invite;
  const elsewhere = error && !['email', 'name', 'role'].some((field) => fieldError(error, field));
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const { name, ...rest } = draft;
        if (!invite.isPending) invite.mutate(name?.trim() ? draft : rest);
      }}
    >
      {elsewhere ? <ErrorNote error={error} /> : null}
      <Field
        label="E-mail address"
        required
        hint="To sign in with; by single sign-on, the address that the provider has."
        error={fieldError(error, 'email')}
      >
        {(control) => (
          <Input
            {...control}
            type="email"
            required
            autoFocus
            autoComplete="off"
            value={draft.email}
            onChange={(event) => setDraft({ ...draft, email: event.target.value })}
          />
        )}
      </Field>
      <Field label="Name" hint="They can change it." error={fieldError(error, 'name')}>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            maxLength={100}
            value={draft.name ?? ''}
            onChange={(event) => setDraft({ ...draft, name: event.target.value })}
          />
        )}
      </Field>
      <RoleChoice
        value={draft.role}
        onChange={(role) => setDraft({ ...draft, role })}
        error={fieldError(error, 'role')}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={invite.isPending}>
          Create invitation
        </Button>
      </div>
    </form>
  );
}
