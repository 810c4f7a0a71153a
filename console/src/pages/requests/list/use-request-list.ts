// The rows of the list: page after page by keyset, and on top of them what happens meanwhile. A search that finds little goes on
// by itself, up to a bound, and says how far it got.
import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../../api/client.ts';
import type { LiveRequests, Request, RequestList } from '../../../api/contract.ts';
import { keyOf } from '../../../api/queries.ts';
import { useLiveRequests } from '../live/use-live-requests.ts';
import { continues, type RequestPages, unseenIn, withNews } from './request-pages.ts';

/** The first page is there soon; whoever goes on wants more at once. */
const firstRows = 100;
const pageRows = 400;
/** Looks at the ledger for one press of a button: each ends after a bounded number of rows. */
const looksAtOnce = 40;

export function requestPages(query: Readonly<Record<string, string>>) {
  return infiniteQueryOptions({
    queryKey: [...keyOf('/requests', query), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      api.get<RequestList>('/requests', {
        query: { ...query, limit: pageParam === null ? firstRows : pageRows, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    // The live stream, or the button, renews it: reading a hundred pages again would not.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export interface LiveWish {
  readonly on: boolean;
  /** Nothing may move now: new rows wait, and are counted. */
  readonly held: boolean;
}

export function useRequestList(query: Readonly<Record<string, string>>, live: LiveWish) {
  const client = useQueryClient();
  const options = useMemo(() => requestPages(query), [query]);
  const list = useInfiniteQuery(options);
  const [waiting, setWaiting] = useState<readonly Request[]>([]);
  const [wanted, setWanted] = useState(firstRows);
  const [looks, setLooks] = useState(0);
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data), [list.data]);
  const held = useRef(live.held);
  held.current = live.held;

  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters are another search
  useEffect(() => {
    setWaiting([]);
    setWanted(firstRows);
    setLooks(0);
  }, [options]);

  const change = useCallback(
    (news: { readonly data: readonly Request[]; readonly gone?: readonly string[] }) => {
      client.setQueryData(
        options.queryKey,
        (pages: RequestPages | undefined) => pages && withNews(pages, news),
      );
    },
    [client, options],
  );

  /** New rows wait while nothing may move; rows that are shown change in their place. */
  const take = useCallback(
    (data: readonly Request[], gone: readonly string[]) => {
      const pages = client.getQueryData<RequestPages>([...options.queryKey]);
      if (!held.current) {
        change({ data, gone });
        return;
      }
      const unseen = unseenIn(pages, data);
      const away = new Set(gone);
      change({ data: data.filter((row) => !unseen.includes(row)), gone });
      setWaiting((before) => {
        const byId = new Map([...before, ...unseen].map((row) => [row.id, row]));
        return [...byId.values()].filter(({ id }) => !away.has(id));
      });
    },
    [client, options, change],
  );

  const release = useCallback(() => {
    setWaiting((before) => {
      if (before.length > 0) change({ data: before });
      return [];
    });
  }, [change]);

  useEffect(() => {
    if (!live.held) release();
  }, [live.held, release]);

  /** The stream tells nothing of what came before it, or was too much at once: the top of the list is read again. */
  const readTop = useCallback(async () => {
    try {
      const pages = await client.ensureInfiniteQueryData(options);
      const { data } = await api.get<RequestList>('/requests', { query: { ...query, limit: firstRows } });
      if (continues(pages, data, firstRows)) take(data, []);
      else {
        setWaiting([]);
        await client.resetQueries({ queryKey: options.queryKey, exact: true });
      }
    } catch {
      // The list says by itself that it could not be read; the stream comes again.
    }
  }, [client, options, query, take]);

  const state = useLiveRequests(live.on, query, {
    onReady: readTop,
    onRequests: ({ data, gone, more: left }: LiveRequests) => {
      if (left) readTop();
      take(data, gone);
    },
  });

  // One who comes back to the list sees it as it is now, also when it is not live.
  useEffect(() => {
    if (!live.on && client.getQueryData(options.queryKey) !== undefined) readTop();
  }, [client, options, live.on, readTop]);

  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = list;
  const found = rows?.length ?? 0;
  const searching = hasNextPage && found < wanted && looks < looksAtOnce && !isFetchNextPageError;
  useEffect(() => {
    if (!searching || isFetching) return;
    setLooks((count) => count + 1);
    void fetchNextPage();
  }, [searching, isFetching, fetchNextPage]);

  const more = useCallback(() => {
    setLooks(0);
    setWanted((before) => Math.max(before, found) + pageRows);
  }, [found]);

  return {
    list,
    rows,
    /** New rows that wait to be shown. */
    waiting: waiting.length,
    release,
    live: state,
    /** Goes on by itself at this moment. */
    searching,
    /** ISO: how far the search got; `undefined` = everything there is was looked at, or nothing yet. */
    searchedTo: list.data?.pages.at(-1)?.searched_to ?? undefined,
    hasMore: hasNextPage,
    more,
    stop: useCallback(() => setLooks(looksAtOnce), []),
  };
}
