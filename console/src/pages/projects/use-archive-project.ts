// Archives a project and restores it; the toast takes it back.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, pathOf } from '../../api/client.ts';
import type { Project } from '../../api/contract.ts';
import { ApiError, messageOf } from '../../api/error.ts';
import { plural } from '../../ui/format/quantity.ts';
import { useToast } from '../../ui/toast.tsx';
import { rereadAccounts } from '../limits/reread.ts';

export interface Archiving {
  readonly project: Pick<Project, 'id' | 'name' | 'revision' | 'keys'>;
  readonly archived: boolean;
}

export function useArchiveProject() {
  const toast = useToast();
  const client = useQueryClient();
  const reread = () => rereadAccounts(client);
  const write = async ({ project, archived }: Archiving) => {
    const saved = await api.patch<Project>(pathOf`/projects/${project.id}`, { archived }, project.revision);
    await reread();
    return saved;
  };
  return useMutation({
    mutationFn: write,
    onSuccess: (saved, { archived }) =>
      toast({
        title: `“${saved.name}” is ${archived ? 'archived' : 'restored'}`,
        detail: archived
          ? `Clients using its ${plural(saved.keys, 'key')} get 403 from now on.`
          : `Its ${plural(saved.keys, 'key')} work again.`,
        action: { label: 'Undo', run: () => write({ project: saved, archived: !archived }) },
      }),
    onError: async (error) => {
      await reread();
      toast(
        error instanceof ApiError && error.isConflict
          ? {
              title: 'Not changed: someone else changed this project meanwhile',
              detail: 'What you see now is what is stored.',
              tone: 'bad',
            }
          : { title: 'The project was not changed', detail: messageOf(error), tone: 'bad' },
      );
    },
  });
}
