// What is asked of the token engine: one prompt, and what to do with each token that follows.
import type { SampledToken } from './native-interface.ts';
import type { SamplerSettings } from './sampling.ts';

/** What to do after a token: go on with it, end, or go on with these tokens in its place. */
export type Verdict = 'continue' | 'stop' | Redirection;

export interface Redirection {
  /** At least one token. */
  readonly feed: Uint32Array;
  /** What the tokens after these have to keep to, in GBNF. */
  readonly grammar?: string;
}

export interface Generation {
  /** At least one token, fewer than the context holds. */
  readonly prompt: Uint32Array;
  /** How many of the prompt's last tokens are an answer already begun; default none. */
  readonly begun?: number;
  readonly sampling: SamplerSettings;
  /** What the first token and all after it have to keep to, in GBNF. */
  readonly grammar?: string | undefined;
  /** The same request must give the same tokens, whatever ran before or runs beside it. Costs some speed. */
  readonly exact: boolean;
  /** Ends the generation within one token, also while it waits or its prompt is fed. */
  readonly signal: AbortSignal;
  /** It has a slot; `cachedTokens` of the prompt need no evaluation. */
  onStart(cachedTokens: number): void;
  /** One sampled token; whether it ends the answer is for the caller to see. */
  onToken(sampled: SampledToken): Verdict;
}

export type GenerationEnd = 'stopped' | 'context-full' | 'aborted';
