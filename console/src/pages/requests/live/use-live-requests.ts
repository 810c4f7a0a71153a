// The stream of new and changed requests while it is wanted and the tab is in sight. It comes again when it breaks off, later
// each time. Over fetch, which tells a refusal with its reason, as EventSource does not.
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../api/client.ts';
import type { LiveRequests } from '../../../api/contract.ts';
import { ApiError, messageOf } from '../../../api/error.ts';
import { readEvents, type StreamPart } from '../../../api/event-stream.ts';

const longestWaitMs = 10_000;

export interface LiveState {
  /** `off`: not wanted, or the tab is hidden. */
  readonly state: 'off' | 'connecting' | 'live' | 'lost';
  /** Why it is lost. */
  readonly reason?: string;
}

export interface LiveListener {
  /** From now on nothing is missed: what came before is for a look at the list. */
  readonly onReady: () => void;
  readonly onRequests: (news: LiveRequests) => void;
}

export function useLiveRequests(
  wanted: boolean,
  query: Readonly<Record<string, string>>,
  listener: LiveListener,
): LiveState {
  const [state, setState] = useState<LiveState>({ state: 'off' });
  const visible = useVisible();
  const latest = useRef(listener);
  latest.current = listener;
  const text = JSON.stringify(query);
  const active = wanted && visible;

  useEffect(() => {
    if (!active) {
      setState({ state: 'off' });
      return;
    }
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waitMs = 500;

    function hear(part: StreamPart): void {
      if (part.type === 'comment') return;
      if (part.event === 'ready') {
        waitMs = 500;
        setState({ state: 'live' });
        latest.current.onReady();
      } else if (part.event === 'requests') latest.current.onRequests(JSON.parse(part.data) as LiveRequests);
    }

    async function connect(): Promise<void> {
      setState((before) => (before.state === 'lost' ? before : { state: 'connecting' }));
      try {
        const { signal } = controller;
        const { body } = await api.raw('GET', '/requests/live', { query: JSON.parse(text), signal });
        if (body) await readEvents(body, hear);
      } catch (error) {
        if (controller.signal.aborted) return;
        setState({ state: 'lost', reason: messageOf(error) });
        // A request that is wrong does not get better by itself.
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) return;
      }
      if (controller.signal.aborted) return;
      timer = setTimeout(() => void connect(), waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }

    void connect();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [active, text]);
  return state;
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(() => !document.hidden);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return visible;
}
