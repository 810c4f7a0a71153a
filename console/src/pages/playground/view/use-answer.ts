// An answer as it is now: from the stream while it runs, from the conversation afterwards; and a clock for what counts on.
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { AssistantTurn } from '../conversation/session.ts';
import type { Answer } from '../stream/answer.ts';
import { usePlaygroundView } from './context.ts';

export interface ShownAnswer {
  readonly answer: Answer;
  /** It is being fetched. */
  readonly running: boolean;
}

export function useAnswer(nodeId: string, turn: AssistantTurn, laneRuns: boolean): ShownAnswer {
  const { live } = usePlaygroundView().playground;
  const streamed = useSyncExternalStore(
    (listener) => live.subscribe(nodeId, listener),
    () => live.answer(nodeId),
  );
  const open = turn.answer.status === 'waiting' || turn.answer.status === 'streaming';
  return { answer: streamed ?? turn.answer, running: streamed !== undefined || (open && laneRuns) };
}

/** Monotonic ms, four times a second while `on`. */
export function useTicks(on: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!on) return;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}
