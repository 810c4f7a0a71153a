// Turns a key off and on again; the toast takes it back.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, pathOf } from '../../api/client.ts';
import type { Key, KeyDetail } from '../../api/contract.ts';
import { ApiError, messageOf } from '../../api/error.ts';
import { useToast } from '../../ui/toast.tsx';
import { rereadAccounts } from '../limits/reread.ts';

export interface Disabling {
  readonly key: Pick<Key, 'id' | 'name' | 'revision'>;
  readonly disabled: boolean;
}

export function useDisableKey() {
  const toast = useToast();
  const client = useQueryClient();
  const reread = () => rereadAccounts(client);
  const write = async ({ key, disabled }: Disabling) => {
    const saved = await api.patch<KeyDetail>(pathOf`/keys/${key.id}`, { disabled }, key.revision);
    await reread();
    return saved;
  };
  return useMutation({
    mutationFn: write,
    onSuccess: (saved, { disabled }) =>
      toast({
        title: `“${saved.name}” is ${disabled ? 'disabled' : 'enabled'}`,
        detail: disabled
          ? 'Clients using it get 403 from now on.'
          : 'Clients using it are answered again from now on.',
        action: { label: 'Undo', run: () => write({ key: saved, disabled: !disabled }) },
      }),
    onError: async (error) => {
      await reread();
      toast(
        error instanceof ApiError && error.isConflict
          ? {
              title: 'Not changed: someone else changed this key meanwhile',
              detail: 'What you see now is what is stored.',
              tone: 'bad',
            }
          : { title: 'The key was not changed', detail: messageOf(error), tone: 'bad' },
      );
    },
  });
}
