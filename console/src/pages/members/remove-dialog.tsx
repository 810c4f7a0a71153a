// Removing a member for good, and what becomes of their API keys: a choice, since both have a price.
import { useId, useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Member } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { useToast } from '../../ui/toast.tsx';

interface RemoveDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

export function RemoveDialog({ member, onClose }: RemoveDialogProps) {
  const toast = useToast();
  const [keys, setKeys] = useState<'disable' | 'keep'>('disable');
  const remove = useWrite({
    run: () => api.delete(`${pathOf`/members/${member.id}`}?keys=${keys}`, member.revision),
    rereads: [['members'], ['keys']],
    onDone: () => {
      toast({ title: `${member.name} is removed` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove ${member.name}?`}
      action="Remove member"
      {...(member.status === 'invited' ? {} : { typed: member.email })}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <p>
        They are signed out at once. To come back they have to be invited again; the audit log keeps what they
        did.
      </p>
      {member.keys > 0 ? <KeysChoice count={member.keys} value={keys} onChange={setKeys} /> : null}
    </ConfirmDialog>
  );
}

interface KeysChoiceProps {
  readonly count: number;
  readonly value: 'disable' | 'keep';
  readonly onChange: (value: 'disable' | 'keep') => void;
}

function KeysChoice({ count, value, onChange }: KeysChoiceProps) {
  const name = useId();
  const choices = [
    [
      'disable',
      'Disable them',
      'Clients using them get 403 from now on. An administrator can enable them again.',
    ],
    ['keep', 'Let them work on', 'They belong to nobody then. Whoever knows them can go on using them.'],
  ] as const;
  return (
    <fieldset className="pt-1">
      <legend className="mb-1 font-medium text-ink">Their {plural(count, 'API key')}</legend>
      <div className="space-y-1.5">
        {choices.map(([choice, title, sentence]) => (
          <label key={choice} className="flex cursor-pointer items-start gap-2">
            <input
              type="radio"
              name={name}
              checked={value === choice}
              onChange={() => onChange(choice)}
              className="mt-1 accent-accent"
            />
            <span>
              <span className="block text-ink">{title}</span>
              <span className="block text-xs">{sentence}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
