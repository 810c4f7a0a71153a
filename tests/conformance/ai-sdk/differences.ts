// Where the AI SDK departs from the plays as written, whichever package makes the model.
import { expect } from 'vitest';
import type { Json } from '../../support/scripted-upstream.ts';
import type { Difference } from '../matrix/cells.ts';
import type { Seen } from '../matrix/client.ts';

/** It tells no role, and has error classes of its own: one for a refusal, one for an error inside of a stream. */
export function inItsWords({ role: _, ...seen }: Seen): Seen {
  if (!seen.error) return seen;
  if (seen.error.status !== undefined) return { ...seen, error: { ...seen.error, class: 'AI_APICallError' } };
  const { requestId: __, ...error } = seen.error;
  return { ...seen, error: { ...error, class: 'AI_StreamProviderError' } };
}

export const tools: Difference = {
  // It always says which choice there is.
  sent: (body) => ({ ...body, tool_choice: 'auto' }),
};

export const abort: Difference = {
  seen: (seen) =>
    seen.error ? { error: { class: 'AbortError', message: 'This operation was aborted' } } : seen,
};

/** It takes the first choice of an answer, and of every chunk: streamed choices run together. */
export function oneChoice({ texts: _, finishes: __, ...seen }: Seen, streams: boolean): Seen {
  return streams ? { ...seen, text: expect.stringMatching(/red/) } : seen;
}

export const withoutN = ({ n: _, ...body }: Json): Json => body;
