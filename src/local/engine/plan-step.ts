// What the next forward pass does: one token for every answer under way, or one slice of somebody's prompt. The two
// are kept apart because llama.cpp splits a batch of unequal sequences anyway, and answers come out sooner. Pure.

/** Prompt tokens per pass: enough to be fast, few enough that nobody waits long for the next pass. */
export const sliceSize = 64;

/**
 * From 64 tokens of one sequence on, llama.cpp uses another attention kernel, for a single token other matrix kernels.
 * Either changes the result a little. Exact requests are evaluated with neither, so that the same prompt gives the
 * same bits however it was cut and whatever of it was cached.
 */
const exactSliceSize = 63;

/** How many of `pending` tokens go into the next pass. */
export function sliceLength(pending: number, exact: boolean): number {
  if (!exact) return Math.min(pending, sliceSize);
  // Nothing may be left that would have to go alone.
  return pending === exactSliceSize + 1 ? exactSliceSize - 1 : Math.min(pending, exactSliceSize);
}

/** Whether a pass with this many tokens of a sequence gives what an exact request would have got. */
export function isExactSlice(tokens: number): boolean {
  return tokens >= 2 && tokens <= exactSliceSize;
}

export interface StepCandidate {
  /** Tokens not yet evaluated: 1 = it is answering, more = its prompt is being fed. */
  readonly pending: number;
  /** It decodes alone: what else is in a pass can change the last bits of a result. */
  readonly exact: boolean;
}

export interface SpentTime {
  /** Milliseconds given to answers and to prompts since both last competed. */
  decoding: number;
  feeding: number;
  lastWasFeed: boolean;
}

export interface Step<S> {
  readonly kind: 'decode' | 'feed';
  /** At least one; for `feed` exactly one. */
  readonly slots: readonly S[];
}

/**
 * Time is shared by the number of requests on each side, but two slices never follow each other while someone is
 * answering: a stream waits for one slice at most. `slots` in turn order: who waits for longest goes first.
 */
export function planStep<S extends StepCandidate>(
  slots: readonly S[],
  spent: SpentTime,
): Step<S> | undefined {
  const decoding = slots.filter((slot) => slot.pending === 1);
  const feeding = slots.filter((slot) => slot.pending > 1);
  const [fed] = feeding;
  if (fed === undefined) return decodeStep(decoding);
  const decodeBehind = spent.decoding / decoding.length < spent.feeding / feeding.length;
  if (decoding.length > 0 && (spent.lastWasFeed || decodeBehind)) return decodeStep(decoding);
  return { kind: 'feed', slots: [fed] };
}

function decodeStep<S extends StepCandidate>(decoding: readonly S[]): Step<S> | undefined {
  const [first] = decoding;
  if (first === undefined) return undefined;
  return { kind: 'decode', slots: first.exact ? [first] : decoding.filter((slot) => !slot.exact) };
}
