// Deletes a model that was made here. Undone by making it again as it was.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, pathOf } from '../../api/client.ts';
import type { Model } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useToast } from '../../ui/toast.tsx';

interface DeleteModelProps {
  readonly model: Model | null;
  readonly onClose: () => void;
}

export function DeleteModel({ model, onClose }: DeleteModelProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const toast = useToast();
  /** The page of what is gone asks for it no more: first away from it, then the list is read again. */
  async function leave(name: string) {
    await navigate({ to: '/models' });
    client.removeQueries({ queryKey: ['models', name] });
    await client.invalidateQueries({ queryKey: ['models'] });
  }
  const remove = useWrite<Model>({
    run: ({ name, revision }) => api.delete(pathOf`/models/${name}`, revision ?? undefined),
    onDone: (_, { name, entry }) => {
      onClose();
      void leave(name);
      toast({
        title: `“${name}” is deleted`,
        detail: 'Requests for it get 404 from now on.',
        action: {
          label: 'Undo',
          run: async () => {
            await api.post('/models', { name, ...entry });
            await client.invalidateQueries({ queryKey: ['models'] });
          },
        },
      });
    },
  });
  return (
    <ConfirmDialog
      open={model !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Delete “${model?.name ?? ''}”?`}
      action="Delete model"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => model && remove.mutate(model)}
    >
      <p>Requests for it get 404 from now on. What was asked and what it cost stays in the ledger.</p>
    </ConfirmDialog>
  );
}
