// What a proof and its upstream say to each other, and what the upstream writes. Plain data.

/** Stands in the prompt, as JSON. Every member is there, so that requests of one shape have as many bytes. */
export interface Behaviour {
  /** Waits until the parent opens the gate. A number, so that it does not change the length of the prompt. */
  readonly gated: 0 | 1;
  /** Before the first byte, in ms. */
  readonly firstMs: number;
  /** Pieces of text, and the ms before each. */
  readonly pieces: number;
  readonly everyMs: number;
  /** Each piece waits for the parent's word. */
  readonly lockstep: boolean;
  /** `end`: reported behind the answer, as told here; `growing`: with every piece, one token for each; `none`: never. */
  readonly usage: 'end' | 'growing' | 'none';
  /** Tokens reported. */
  readonly input: number;
  readonly output: number;
}

export const plainBehaviour: Behaviour = {
  gated: 0,
  firstMs: 0,
  pieces: 3,
  everyMs: 0,
  lockstep: false,
  usage: 'end',
  input: 300,
  output: 40,
};

/** One request that arrived whole. Times are Unix ms with fractions. */
export interface Accepted {
  readonly nonce: string;
  readonly at: number;
  readonly cap: number | undefined;
  /** When each piece of a stream was written. */
  readonly pieces: number[];
  /** `finished`: the whole answer was written. `aborted`: the gateway closed the connection before. */
  end: { readonly how: 'finished' | 'aborted'; readonly at: number } | undefined;
}

export type ToUpstream =
  | { readonly kind: 'report' | 'count' | 'reset' | 'open' }
  | { readonly kind: 'step'; readonly nonce: string };

export type FromUpstream =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'arrival'; readonly nonce: string }
  | { readonly kind: 'count'; readonly accepted: number; readonly underWay: number }
  | { readonly kind: 'report'; readonly accepted: readonly Accepted[]; readonly mostAtOnce: number };

/** The text of a piece; no two neighbours are alike. */
export function pieceOf(index: number): string {
  return ` piece ${index} of the answer,`;
}
