// What the engine asks of the library that computes: a model, a context with several sequences, samplers. Plain calls, so
// that nothing but native.ts and native-sampler.ts knows which library that is.
import type { SamplerSettings } from './sampling.ts';

/** Tokens of one sequence to evaluate: the first goes to `position`. */
export interface EvaluationItem {
  readonly sequence: number;
  readonly position: number;
  readonly tokens: Uint32Array;
  /** Whether a token will be sampled after the last of `tokens`. */
  readonly sample: boolean;
}

export interface TokenSampler {
  /**
   * From the next token on only what `grammar` (GBNF, start rule `root`) allows, and only text. Throws if it is no
   * grammar.
   */
  constrain(grammar: string): void;
  dispose(): void;
}

export interface NativeModel {
  readonly metadata: NativeMetadata;
  readonly trainContextSize: number;
  /** `bpe`, `spm`, … as llama.cpp names the kinds of tokenizer. */
  readonly vocabularyType: string;
  readonly vocabularySize: number;
  readonly bos: { readonly token: number; readonly text: string; readonly prepend: boolean } | undefined;
  readonly eosText: string | undefined;
  /** `special`: whether text that spells a control token becomes that token. */
  tokenize(text: string, special: boolean): Uint32Array;
  /** What the vocabulary holds for a token, not what it reads as. */
  tokenString(token: number): string;
  /** llama.cpp's `llama_token_attr` bits. */
  tokenAttributes(token: number): number;
  isEndOfGeneration(token: number): boolean;
}

export interface NativeMetadata {
  readonly chatTemplate: string | undefined;
  readonly name: string | undefined;
}

export interface NativeContext {
  /** Tokens one sequence holds. */
  readonly contextSize: number;
  setThreads(threads: number): void;
  /** One forward pass; for each item the place to sample from, -1 where none was asked for. */
  evaluate(items: readonly EvaluationItem[]): Promise<number[]>;
  createSampler(settings: SamplerSettings): TokenSampler;
  sample(place: number, sampler: TokenSampler): Promise<SampledToken>;
  /** `to` then holds what `from` does, whatever it held before. Costs about as much as feeding some 40 tokens. */
  copy(from: number, to: number): Promise<void>;
  /** Forgets what a sequence holds from `length` on; false if only forgetting everything was possible. */
  truncate(sequence: number, length: number): boolean;
}

/** How likely the model, unmodified, held a token: natural logarithms of probabilities over the whole vocabulary. */
export interface Likelihoods {
  readonly chosen: number;
  /** The most likely tokens, most likely first; the chosen one need not be among them. */
  readonly top: readonly { readonly token: number; readonly logprob: number }[];
}

export interface SampledToken {
  readonly token: number;
  /** Only with `topLogprobs` in the settings. */
  readonly likelihoods?: Likelihoods;
}
