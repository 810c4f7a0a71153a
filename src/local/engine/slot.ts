// A slot: the tokens whose evaluation the context still holds, and the generation that uses them now.
import { commonPrefixLength } from './choose-slot.ts';
import type { Generation } from './generation.ts';
import type { TokenSampler } from './native-interface.ts';
import { isExactSlice, sliceLength } from './plan-step.ts';
import type { Waiting } from './waiting-line.ts';

export interface Running extends Waiting {
  readonly sampler: TokenSampler;
  /** Tokens to evaluate before the next one is sampled. */
  pending: Uint32Array;
}

/** One sequence of the context. */
export interface Slot {
  readonly sequence: number;
  cached: number[];
  /** How many of `cached`, from the first on, are fit for an exact request. */
  exactLength: number;
  lastUsed: number;
  running: Running | undefined;
  readonly pending: number;
  readonly exact: boolean;
}

export function createSlot(sequence: number): Slot {
  return {
    sequence,
    cached: [],
    exactLength: 0,
    lastUsed: 0,
    running: undefined,
    get pending() {
      return this.running?.pending.length ?? 0;
    },
    get exact() {
      return this.running?.generation.exact ?? false;
    },
  };
}

/**
 * How much of a prompt needs no evaluation. The last token needs it in any case: its logits are what the first token
 * is sampled from; in an exact request so does the one before it, since a token on its own is not exact.
 */
export function reusableLength(slot: Slot, { prompt, begun = 0, exact }: Generation): number {
  const shared = commonPrefixLength(slot.cached, prompt);
  if (!exact) return Math.min(shared, prompt.length - 1);
  const reusable = Math.min(shared, slot.exactLength);
  // The beginning of an answer is fed token by token, so that nothing of the prompt before it is left over.
  if (begun > 0 && reusable >= prompt.length - begun) return prompt.length - begun;
  return Math.max(0, Math.min(reusable, prompt.length - begun - 2));
}

/**
 * How many of the pending tokens go into the next pass. An exact request feeds the beginning of its answer as it would
 * have drawn it, one token a pass: the same bits, and so the same answer as if it had never been interrupted.
 */
export function nextSlice({ cached }: Slot, { pending, generation }: Running): number {
  const { prompt, begun = 0, exact } = generation;
  if (!exact || begun === 0 || cached.length >= prompt.length) return sliceLength(pending.length, exact);
  const before = prompt.length - begun - cached.length;
  return before > 0 ? sliceLength(before, exact) : 1;
}

/**
 * Copying what another slot holds costs as much as feeding some 40 tokens (84 ms against 2.3 ms a token, with the
 * 8,192 tokens of context of SmolLM2-135M), however little of it is wanted.
 */
const worthCopying = 64;

/** The slot that saves `generation` the most if `slot` takes over what it holds; `undefined` if that does not pay. */
export function chooseDonor(slots: readonly Slot[], slot: Slot, generation: Generation): Slot | undefined {
  let most = reusableLength(slot, generation) + worthCopying - 1;
  let donor: Slot | undefined;
  for (const other of slots) {
    const reusable = other === slot ? 0 : reusableLength(other, generation);
    if (reusable <= most) continue;
    most = reusable;
    donor = other;
  }
  return donor;
}

/** `tokens` have been evaluated. */
export function advance(slot: Slot, running: Running, tokens: Uint32Array): void {
  if (slot.exactLength === slot.cached.length && isExactSlice(tokens.length))
    slot.exactLength += tokens.length;
  for (const token of tokens) slot.cached.push(token);
  running.pending = running.pending.subarray(tokens.length);
}
