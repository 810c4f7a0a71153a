// Disabling: says what ends and what goes on. It has a way back.
import { api, pathOf } from '../../api/client.ts';
import type { Member } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { useToast } from '../../ui/toast.tsx';

interface DisableDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

export function DisableDialog({ member, onClose }: DisableDialogProps) {
  const toast = useToast();
  const path = pathOf`/members/${member.id}`;
  const enable = useWrite({
    run: () => api.patch<Member>(path, { disabled: false }, undefined),
    rereads: [['members']],
  });
  const disable = useWrite({
    run: () => api.patch<Member>(path, { disabled: true }, member.revision),
    rereads: [['members']],
    onDone: () => {
      toast({
        title: `${member.name} is disabled`,
        action: { label: 'Undo', run: () => enable.mutateAsync() },
      });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Disable ${member.name}?`}
      action="Disable"
      busy={disable.isPending}
      error={disable.error}
      onConfirm={() => disable.mutate()}
    >
      <p>They are signed out at once and cannot sign in until an administrator enables them again.</p>
      <p>
        {member.keys === 0
          ? 'They have no API keys.'
          : `${member.keys === 1 ? 'Their API key goes' : `Their ${plural(member.keys, 'API key')} go`} on working. Disable ${member.keys === 1 ? 'it' : 'them'} on the API keys page if clients are to stop.`}
      </p>
    </ConfirmDialog>
  );
}
