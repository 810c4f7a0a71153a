// A slot: the tokens whose evaluation the context still holds, and the generation that uses them now.
import { commonPrefixLength } from './choose-slot.ts';
import type { Generation, GenerationEnd } from './generation.ts';
import type { TokenSampler } from './native.ts';
import { isExactSlice } from './plan-step.ts';

export interface Waiting {
  readonly generation: Generation;
  readonly startedAt: number;
  resolve(end: GenerationEnd): void;
  reject(error: unknown): void;
}

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
export function reusableLength(slot: Slot, { prompt, exact }: Generation): number {
  const shared = commonPrefixLength(slot.cached, prompt);
  if (!exact) return Math.min(shared, prompt.length - 1);
  return Math.max(0, Math.min(shared, slot.exactLength, prompt.length - 2));
}

/** `tokens` have been evaluated. */
export function advance(slot: Slot, running: Running, tokens: Uint32Array): void {
  if (slot.exactLength === slot.cached.length && isExactSlice(tokens.length))
    slot.exactLength += tokens.length;
  for (const token of tokens) slot.cached.push(token);
  running.pending = running.pending.subarray(tokens.length);
}
