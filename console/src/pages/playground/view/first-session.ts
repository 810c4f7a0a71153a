// What the page begins with: the conversation of a link, the one that the address names, or an empty one.
import { useEffect, useRef, useState } from 'react';
import type { PlaygroundModel } from '../../../api/contract.ts';
import { linkMark } from '../../../ui/playground-link/form.ts';
import { unpack } from '../../../ui/playground-link/pack.ts';
import type { Session } from '../conversation/session.ts';
import { createHistory, type History } from '../history/history.ts';
import { fromShared } from '../share/shared.ts';
import { newSession } from '../state/conversations.ts';
import { createIds } from '../state/ids.ts';

export interface FirstSession {
  readonly session: Session;
  readonly history: History;
  /** Why it is not what the address asked for. */
  readonly warning: string | undefined;
}

export function useFirstSession(
  models: readonly PlaygroundModel[] | undefined,
  memberId: string | undefined,
): FirstSession | undefined {
  const [first, setFirst] = useState<FirstSession>();
  const begun = useRef(false);
  useEffect(() => {
    // Once: a link is taken out of the address as it is read, and models are read again all the time.
    if (!models || models.length === 0 || begun.current) return;
    begun.current = true;
    const history = createHistory(indexedDB, memberId ?? 'admin-token');
    void find(models, history).then((found) => setFirst({ ...found, history }));
  }, [models, memberId]);
  return first;
}

async function find(
  models: readonly PlaygroundModel[],
  history: History,
): Promise<Omit<FirstSession, 'history'>> {
  const nextId = createIds();
  const search = new URLSearchParams(location.search);
  const wanted = models.find(({ name }) => name === search.get('model'));
  const model = wanted ?? models.find(({ state }) => state === 'ready') ?? models[0];
  const empty = newSession(nextId, [model?.name ?? ''], Date.now());
  if (location.hash.startsWith(linkMark)) {
    const shared = fromShared(await unpack(location.hash.slice(linkMark.length)), nextId, Date.now());
    // The link is read once; the address does not keep what was said.
    globalThis.history.replaceState(globalThis.history.state, '', location.pathname);
    if (shared) return { session: shared, warning: undefined };
    return {
      session: empty,
      warning: 'The link is not complete: it was cut off on its way. Ask for it again.',
    };
  }
  const id = search.get('conversation');
  if (id === null) return { session: empty, warning: undefined };
  const kept = await history.read(id).catch(() => undefined);
  if (kept) return { session: kept, warning: undefined };
  return { session: empty, warning: 'That conversation is not kept in this browser.' };
}
