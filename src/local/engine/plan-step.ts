// What the next forward pass does: one token for every answer under way, or one slice of somebody's prompt. The two
// are kept apart because llama.cpp splits a batch of unequal sequences anyway, and answers come out sooner. Pure.

/**
 * Prompt tokens per pass. Below 64, where llama.cpp changes its attention kernel, so that a result does not depend on
 * how a prompt was cut or how much of it was cached: the same seed gives the same text.
 */
export const sliceSize = 63;

export interface StepCandidate {
  /** Tokens not yet evaluated: 1 = it is answering, more = its prompt is being fed. */
  readonly pending: number;
}

export interface SpentTime {
  /** Milliseconds given to answers and to prompts since both last competed. */
  decoding: number;
  feeding: number;
  lastWasFeed: boolean;
}

export type Step<S> =
  | { readonly kind: 'decode'; readonly slots: readonly S[] }
  | { readonly kind: 'feed'; readonly slots: readonly [S] };

/**
 * Time is shared by the number of requests on each side, but two slices never follow each other while someone is
 * answering: a stream waits for one slice at most. `slots` in turn order: the first that is feeding goes first.
 */
export function planStep<S extends StepCandidate>(
  slots: readonly S[],
  spent: SpentTime,
): Step<S> | undefined {
  const decoding = slots.filter((slot) => slot.pending === 1);
  const feeding = slots.filter((slot) => slot.pending > 1);
  const [first] = feeding;
  if (first === undefined) return decoding.length > 0 ? { kind: 'decode', slots: decoding } : undefined;
  if (decoding.length === 0) return { kind: 'feed', slots: [first] };
  const decodeBehind = spent.decoding / decoding.length < spent.feeding / feeding.length;
  return spent.lastWasFeed || decodeBehind
    ? { kind: 'decode', slots: decoding }
    : { kind: 'feed', slots: [first] };
}
