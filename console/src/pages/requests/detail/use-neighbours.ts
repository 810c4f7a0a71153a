// What comes before and after a request: in the list one came from where that is at hand, else in the whole ledger.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect } from 'react';
import type { RequestDetail } from '../../../api/contract.ts';
import { rememberedList } from '../list/remembered-list.ts';
import type { RequestPages } from '../list/request-pages.ts';
import { requestPages } from '../list/use-request-list.ts';

export interface Neighbours {
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

export function useNeighbours(id: string, request: RequestDetail | undefined): Neighbours {
  const client = useQueryClient();
  const { queryKey } = requestPages(rememberedList().query);
  const pages = client.getQueryData<RequestPages>([...queryKey])?.pages ?? [];
  const ids = pages.flatMap(({ data }) => data.map((row) => row.id));
  const place = ids.indexOf(id);
  if (place !== -1) return { newer: ids[place - 1], older: ids[place + 1] };
  return { newer: request?.newer_id ?? undefined, older: request?.older_id ?? undefined };
}

/** `j` goes down the list, to the older one; `k` goes up. */
export function useNeighbourKeys({ newer, older }: Neighbours): void {
  const navigate = useNavigate();
  // Before the page is drawn: a key that is pressed at its sight must not go on from the request before.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))
        return;
      if (document.querySelector('[role=dialog],[role=menu]')) return;
      const id = event.key === 'j' ? older : event.key === 'k' ? newer : undefined;
      if (id !== undefined) void navigate({ to: '/requests/$id', params: { id }, replace: true });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, newer, older]);
}
