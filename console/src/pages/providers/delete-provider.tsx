// Deletes a provider that was made here, and its keys with it: those cannot be brought back, so its name is typed.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, pathOf } from '../../api/client.ts';
import type { Provider } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useToast } from '../../ui/toast.tsx';

interface DeleteProviderProps {
  readonly provider: Provider | null;
  readonly onClose: () => void;
}

export function DeleteProvider({ provider, onClose }: DeleteProviderProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const toast = useToast();
  /** The page of what is gone asks for it no more: first away from it, then the list is read again. */
  async function leave(name: string) {
    await navigate({ to: '/providers' });
    client.removeQueries({ queryKey: ['providers', name] });
    await client.invalidateQueries({ queryKey: ['providers'] });
  }
  const remove = useWrite<Provider>({
    run: ({ name, revision }) => api.delete(pathOf`/providers/${name}`, revision ?? undefined),
    onDone: (_, { name }) => {
      onClose();
      void leave(name);
      toast({ title: `“${name}” is deleted`, detail: 'Its keys are gone with it.' });
    },
  });
  return (
    <ConfirmDialog
      open={provider !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Delete “${provider?.name ?? ''}”?`}
      action="Delete provider"
      busy={remove.isPending}
      error={remove.error}
      {...(provider ? { typed: provider.name } : {})}
      onConfirm={() => provider && remove.mutate(provider)}
    >
      <p>Its stored keys are deleted with it and cannot be brought back.</p>
      {provider && provider.models.length > 0 ? (
        <p>Models route to it ({provider.models.join(', ')}), so this is refused until they do not.</p>
      ) : null}
    </ConfirmDialog>
  );
}
