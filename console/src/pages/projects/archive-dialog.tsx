// Says what archiving does before it is done; it can be undone.
import type { Project } from '../../api/contract.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { useArchiveProject } from './use-archive-project.ts';

interface ArchiveDialogProps {
  readonly subject: Project;
  readonly onClose: () => void;
}

export function ArchiveDialog({ subject, onClose }: ArchiveDialogProps) {
  const archive = useArchiveProject();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Archive “${subject.name}”`}
      action="Archive project"
      busy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate({ project: subject, archived: true }, { onSuccess: onClose })}
    >
      <p>
        {subject.keys === 0
          ? 'It has no keys that work.'
          : `Clients using its ${plural(subject.keys, 'key')} get 403 within a second.`}{' '}
        New keys cannot be made in it. Its ledger and its limits stay.
      </p>
      <p>It can be restored at any time, and its keys work again then.</p>
    </ConfirmDialog>
  );
}
