// The playground with what it needs of the browser: network, clock, storage. Stops what runs when the page is left, and keeps the
// conversation.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { api, pathOf as path } from '../../../api/client.ts';
import type { PlaygroundKey, PlaygroundModel, RequestDetail } from '../../../api/contract.ts';
import { useSearchValues } from '../../../ui/search-values.ts';
import { useToast } from '../../../ui/toast.tsx';
import type { Session } from '../conversation/session.ts';
import type { History } from '../history/history.ts';
import { historyKey } from '../history/history-sheet.tsx';
import { readCharge } from '../state/charges.ts';
import { isEmpty, newSession } from '../state/conversations.ts';
import { createIds } from '../state/ids.ts';
import { createPlayground, type Playground } from '../state/playground.ts';
import { createSecrets } from '../state/secrets.ts';
import { PlaygroundContext } from './context.ts';
import { Workbench } from './workbench.tsx';

export interface PlaygroundRoomProps {
  readonly models: readonly PlaygroundModel[];
  readonly session: Session;
  readonly history: History;
  readonly warning: string | undefined;
  readonly closed: string | undefined;
}

/** While somebody types, nothing is written. */
const saveAfterMs = 400;

export function PlaygroundRoom({ models, session, history, warning, closed }: PlaygroundRoomProps) {
  const nextId = useMemo(createIds, []);
  const playground = useRef<Playground>(undefined);
  playground.current ??= openPlayground(session, nextId);
  const current = playground.current;
  const toast = useToast();
  useEffect(() => {
    if (warning !== undefined) toast({ title: warning, tone: 'bad' });
  }, [warning, toast]);
  useKeeping(current, history);
  const view = useMemo(() => ({ playground: current, models, closed }), [current, models, closed]);
  return (
    <PlaygroundContext value={view}>
      <Workbench
        history={history}
        nextId={nextId}
        onNew={() => {
          const { lanes, project } = current.session.get();
          const names = lanes.map(({ model }) => model);
          current.open({ ...newSession(nextId, names, Date.now()), ...(project ? { project } : {}) });
        }}
        onPick={(id) =>
          void history.read(id).then((kept) => {
            if (kept) current.open(kept);
            else toast({ title: 'That conversation is gone.', tone: 'bad' });
          })
        }
      />
    </PlaygroundContext>
  );
}

function openPlayground(session: Session, nextId: () => string): Playground {
  return createPlayground({
    session,
    nextId,
    secrets: createSecrets(
      (project) => api.post<PlaygroundKey>('/playground/key', project === undefined ? {} : { project }),
      Date.now,
    ),
    charge: (id) =>
      readCharge(
        () => api.get<RequestDetail>(path`/requests/${id}`),
        (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ),
    fetch: (input, init) => fetch(input, init),
    url: '/v1/chat/completions',
    now: Date.now,
    monotonic: () => performance.now(),
    onFrame: (run) => void requestAnimationFrame(run),
  });
}

/** Writes each change down a moment after it, and names the conversation in the address. */
function useKeeping(playground: Playground, history: History): void {
  const [, setSearch] = useSearchValues();
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let saved = playground.session.get();
    let named: string | undefined;
    const save = () => {
      timer = undefined;
      const now = playground.session.get();
      const name = isEmpty(now) ? '' : now.id;
      if (name !== named) setSearch({ conversation: name, model: undefined });
      named = name;
      if (now === saved || isEmpty(now)) return;
      saved = now;
      // A browser that gives out no storage has no history; the page says so where it would be.
      void history.save(now).then(
        () => client.invalidateQueries({ queryKey: historyKey }),
        () => {},
      );
    };
    const leave = () => {
      const last = playground.leave();
      if (last !== saved && !isEmpty(last)) void history.save(last).catch(() => {});
    };
    addEventListener('pagehide', leave);
    const end = playground.session.subscribe(() => {
      timer ??= setTimeout(save, saveAfterMs);
    });
    return () => {
      end();
      clearTimeout(timer);
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [playground, history, setSearch, client]);
}
