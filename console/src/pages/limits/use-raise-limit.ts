// Raises a limit at once, without a form; the toast takes it back.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, pathOf } from '../../api/client.ts';
import type { Limit } from '../../api/contract.ts';
import { ApiError, messageOf } from '../../api/error.ts';
import { useToast } from '../../ui/toast.tsx';
import { limitWords, scopeWords } from './limit-words.ts';
import { rereadAccounts } from './reread.ts';

export interface Raise {
  readonly limit: Limit;
  readonly amount: string;
}

export function useRaiseLimit() {
  const toast = useToast();
  const client = useQueryClient();
  const reread = () => rereadAccounts(client);
  const write = async ({ limit, amount }: Raise) => {
    const saved = await api.patch<Limit>(pathOf`/limits/${limit.id}`, { amount }, limit.revision);
    await reread();
    return saved;
  };
  return useMutation({
    mutationFn: write,
    onSuccess: (saved, { limit }) =>
      toast({
        title: `${scopeWords(saved.scope, saved.scope_names)}: ${limitWords(saved)} now`,
        detail: 'In force for the next request.',
        action: { label: 'Undo', run: () => write({ limit: saved, amount: String(limit.amount) }) },
      }),
    onError: async (error) => {
      await reread();
      toast(
        error instanceof ApiError && error.isConflict
          ? {
              title: 'Not raised: someone else changed this limit meanwhile',
              detail: 'What you see now is what is stored.',
              tone: 'bad',
            }
          : { title: 'The limit was not raised', detail: messageOf(error), tone: 'bad' },
      );
    },
  });
}
