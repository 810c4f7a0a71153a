// Answers while they stream, apart from the conversation: a thousand pieces a second change one number here, and whoever shows
// the answer is told once a frame. Keeps what was sent and what came, for the raw view, as long as the page is open.
import type { ChatRequestBody } from '../conversation/build-request.ts';
import type { Answer } from '../stream/answer.ts';
import type { RawEvent } from '../stream/read-answer.ts';

export interface RawExchange {
  readonly request: ChatRequestBody;
  readonly events: readonly RawEvent[];
}

interface Live {
  answer: Answer | undefined;
  readonly request: ChatRequestBody;
  readonly events: RawEvent[];
}

export interface LiveAnswers {
  begin(id: string, request: ChatRequestBody): void;
  put(id: string, answer: Answer): void;
  note(id: string, event: RawEvent): void;
  /** It is part of the conversation from now on. */
  finish(id: string): void;
  answer(id: string): Answer | undefined;
  raw(id: string): RawExchange | undefined;
  subscribe(id: string, listener: () => void): () => void;
}

/** `onFrame`: runs it before the next picture is drawn. */
export function createLiveAnswers(onFrame: (run: () => void) => void): LiveAnswers {
  const lives = new Map<string, Live>();
  const listeners = new Map<string, Set<() => void>>();
  const changed = new Set<string>();

  function tell(id: string): void {
    for (const listener of listeners.get(id) ?? []) listener();
  }

  return {
    begin: (id, request) => {
      lives.set(id, { answer: undefined, request, events: [] });
      tell(id);
    },
    put: (id, answer) => {
      const live = lives.get(id);
      if (!live) return;
      live.answer = answer;
      if (changed.size === 0) {
        onFrame(() => {
          const ids = [...changed];
          changed.clear();
          ids.forEach(tell);
        });
      }
      changed.add(id);
    },
    note: (id, event) => void lives.get(id)?.events.push(event),
    finish: (id) => {
      const live = lives.get(id);
      if (live) live.answer = undefined;
      tell(id);
    },
    answer: (id) => lives.get(id)?.answer,
    raw: (id) => lives.get(id),
    subscribe: (id, listener) => {
      const watching = listeners.get(id) ?? new Set();
      listeners.set(id, watching.add(listener));
      return () => {
        watching.delete(listener);
        if (watching.size === 0) listeners.delete(id);
      };
    },
  };
}
