// A limit is deleted at once and can be had back: its counters are sums of the ledger, so the limit that is made again has
// counted what the old one had. Only the last 60 seconds of a sliding minute are forgotten.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, pathOf } from '../../api/client.ts';
import type { Limit, NewLimit } from '../../api/contract.ts';
import { ApiError, messageOf } from '../../api/error.ts';
import { useToast } from '../../ui/toast.tsx';
import { limitWords, scopeWords } from './limit-words.ts';
import { rereadAccounts } from './reread.ts';

export function useDeleteLimit() {
  const toast = useToast();
  const client = useQueryClient();
  const reread = () => rereadAccounts(client);
  return useMutation({
    mutationFn: (limit: Limit) => api.delete(pathOf`/limits/${limit.id}`, limit.revision),
    onSuccess: async (_, limit) => {
      await reread();
      toast({
        title: 'The limit is deleted',
        detail: `${scopeWords(limit.scope, limit.scope_names)} is no longer stopped at ${limitWords(limit)}.`,
        action: {
          label: 'Undo',
          run: async () => {
            await api.post<Limit>('/limits', again(limit));
            await reread();
            toast({ title: 'The limit is back', detail: 'It counts what was used before, too.' });
          },
        },
      });
    },
    onError: async (error) => {
      await reread();
      toast(
        error instanceof ApiError && error.isConflict
          ? {
              title: 'Not deleted: it was changed by someone else meanwhile',
              detail: 'What you see now is what is stored.',
              tone: 'bad',
            }
          : { title: 'The limit was not deleted', detail: messageOf(error), tone: 'bad' },
      );
    },
  });
}

function again({ scope, metric, window, amount, time_zone }: Limit): NewLimit {
  return { scope, metric, amount, time_zone, ...(metric === 'concurrent' ? {} : { window }) };
}
