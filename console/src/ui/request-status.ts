// What became of a request in one word, with the colour that goes with it. The word says it alone.
import type { Request } from '../api/contract.ts';
import type { Tone } from './badge.tsx';

export interface Status {
  readonly word: string;
  readonly tone: Tone;
  /** The error's code, beside the word. */
  readonly code: string | null;
  readonly live: boolean;
  readonly explains: string;
}

type Facts = Pick<Request, 'state' | 'error' | 'partial' | 'recovered'>;

export function statusOf({ state, error, partial, recovered }: Facts): Status {
  const of = (word: string, tone: Tone, explains: string, live = false): Status => ({
    word,
    tone,
    code: error,
    live,
    explains,
  });
  if (state === 'held') {
    return of('In progress', 'accent', 'Its worst case is reserved; the answer is under way.', true);
  }
  if (recovered) {
    return of(
      'Recovered',
      'warn',
      'The node that served it broke down; it was charged up to its last checkpoint.',
    );
  }
  if (error === 'client_aborted') {
    return of('Aborted', 'warn', 'The client left before the answer was complete; what it got is charged.');
  }
  if (error === 'capped')
    return of('Capped', 'warn', 'The answer was ended at the length that was reserved.');
  if (state === 'released') return of('Failed', 'bad', 'It reached no model and costs nothing.');
  if (error !== null) {
    return partial
      ? of('Broke off', 'bad', 'The answer ended with an error; what was delivered is charged.')
      : of('Failed', 'bad', 'It reached a model and ended with an error.');
  }
  return of('OK', 'good', 'Answered whole, and settled.');
}
