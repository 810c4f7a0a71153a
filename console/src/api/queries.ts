// TanStack Query over the client: the key of a query is its path in steps and its filters, so that `['keys']` stands for
// all that is known of keys.
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, type QueryValues } from './client.ts';
import type { ListOf } from './contract.ts';

/** `/keys/key_1` -> `['keys', 'key_1']`. */
export function keyOf(path: string, query?: QueryValues): readonly unknown[] {
  const steps = path.split('/').filter((step) => step !== '');
  return query === undefined ? steps : [...steps, query];
}

/**
 * One resource. While its filters change, what was there stays until the new answer comes; what belongs to another path never
 * stands in for it.
 */
export function resource<T>(path: string, query?: QueryValues) {
  return queryOptions<T>({
    queryKey: keyOf(path, query),
    queryFn: ({ signal }) => api.get<T>(path, { query, signal }),
    placeholderData: (before, asked) => (asked && isOf(path, asked.queryKey) ? before : undefined),
  });
}

function isOf(path: string, queryKey: readonly unknown[]): boolean {
  return keyOf(path).join('/') === queryKey.filter((step) => typeof step === 'string').join('/');
}

/** A list by keyset, page after page. `flat` of the answer's pages is in `rowsOf`. */
export function pages<T>(path: string, query: QueryValues = {}) {
  return infiniteQueryOptions({
    queryKey: [...keyOf(path, query), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      api.get<ListOf<T>>(path, { query: { ...query, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function rowsOf<T>(data: { readonly pages: readonly ListOf<T>[] } | undefined): T[] {
  return data?.pages.flatMap((page) => page.data) ?? [];
}

export interface Write<Input, Result> {
  readonly run: (input: Input) => Promise<Result>;
  /** First steps of the keys that are read again: `[['keys'], ['limits']]`. Awaited, so that what is shown is what is stored. */
  readonly rereads?: readonly (readonly unknown[])[];
  readonly onDone?: (result: Result, input: Input) => void;
}

/** A change: runs once at a time, then everything that shows it is read again. */
export function useWrite<Input = void, Result = unknown>({
  run,
  rereads = [],
  onDone,
}: Write<Input, Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result, input) => {
      onDone?.(result, input);
      await Promise.all(rereads.map((queryKey) => client.invalidateQueries({ queryKey: [...queryKey] })));
    },
  });
}
