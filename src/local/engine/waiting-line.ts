// Generations that wait for a slot, first come first served. Several of one request stand in it as one: each enters at
// the end when the one before it has begun, so a request for many choices holds nobody up. Knows no slots.
import type { Clock } from '../../core/clock.ts';
import type { Generation, GenerationEnd } from './generation.ts';

export interface Waiting {
  readonly generation: Generation;
  /** Since when it waits for a slot, or has one. */
  since: number;
  /** Same prompt, next in line: enters once this one's prompt has been evaluated. */
  next: Waiting | undefined;
  /** It is not the first of its request. */
  readonly follows: boolean;
  resolve(end: GenerationEnd): void;
  reject(error: unknown): void;
}

export interface WaitingLine {
  readonly length: number;
  /** Requests none of whose generations has begun. */
  readonly requests: number;
  /** Generations of one prompt and one signal; the signal takes out whoever of them waits. */
  enter(generations: readonly Generation[]): Promise<GenerationEnd>[];
  /** The one at the head stays there. */
  first(): Waiting | undefined;
  /** Takes the head out. */
  shift(): void;
  /** Whoever waits behind `waiting`, of the same request, enters. */
  followUp(waiting: Waiting): void;
  /** Ends all that wait. */
  clear(): void;
}

export function createWaitingLine(clock: Clock): WaitingLine {
  const line: Waiting[] = [];

  const dismiss = (first: Waiting) => {
    for (let waiting: Waiting | undefined = first; waiting; waiting = waiting.next)
      waiting.resolve('aborted');
  };

  const add = (waiting: Waiting) => {
    if (waiting.generation.signal.aborted) return dismiss(waiting);
    waiting.since = clock.monotonic();
    line.push(waiting);
  };

  return {
    get length() {
      return line.length;
    },
    get requests() {
      return line.filter(({ follows }) => !follows).length;
    },
    enter(generations) {
      const ends: Promise<GenerationEnd>[] = [];
      let first: Waiting | undefined;
      for (const generation of generations.toReversed()) {
        const follows = generation !== generations[0];
        const { promise, resolve, reject } = Promise.withResolvers<GenerationEnd>();
        ends.unshift(promise);
        first = { generation, since: 0, next: first, follows, resolve, reject };
      }
      if (first) {
        const { signal } = first.generation;
        add(first);
        signal.addEventListener('abort', () => {
          for (const waiting of line.filter((entry) => entry.generation.signal === signal)) {
            line.splice(line.indexOf(waiting), 1);
            dismiss(waiting);
          }
        });
      }
      return ends;
    },
    first: () => line[0],
    shift() {
      line.shift();
    },
    followUp(waiting) {
      const { next } = waiting;
      waiting.next = undefined;
      if (next) add(next);
    },
    clear() {
      for (const waiting of line.splice(0)) dismiss(waiting);
    },
  };
}
