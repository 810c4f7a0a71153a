// How a request's sampling parameters become what the sampler takes. Pure; knows nothing of the wire or the library.

export interface SamplerSettings {
  /** 0 = always the most likely token. */
  readonly temperature: number;
  readonly topP: number;
  readonly topK?: number;
  readonly minP?: number;
  /** Subtracted per occurrence in the answer so far, and once if it occurred: OpenAI's definition. */
  readonly frequencyPenalty: number;
  readonly presencePenalty: number;
  /** Unsigned 32-bit. */
  readonly seed: number;
  /** Added to a token's logit. */
  readonly bias: ReadonlyMap<number, number>;
}

export interface SamplingParameters {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | undefined;
  readonly bias?: ReadonlyMap<number, number> | undefined;
}

/**
 * Small models fall apart when the long tail of a full distribution is sampled, so unlikely tokens are cut off where
 * the client said nothing about temperature or top_p; what it did say is taken to the letter.
 */
const smallModelDefaults = { topK: 40, minP: 0.1 } as const;

/** `randomSeed` is drawn only when the client sent none. */
export function samplerSettings(parameters: SamplingParameters, randomSeed: () => number): SamplerSettings {
  const untouched = parameters.temperature === undefined && parameters.topP === undefined;
  return {
    temperature: parameters.temperature ?? 1,
    topP: parameters.topP ?? 1,
    ...(untouched && smallModelDefaults),
    frequencyPenalty: parameters.frequencyPenalty ?? 0,
    presencePenalty: parameters.presencePenalty ?? 0,
    seed: samplerSeed(parameters.seed ?? randomSeed()),
    bias: parameters.bias ?? new Map(),
  };
}

/** Any integer -> 0..2^32-2. 2^32-1 is llama.cpp's mark for "draw one yourself". */
export function samplerSeed(seed: number): number {
  const span = 0xffff_ffff;
  return ((seed % span) + span) % span;
}
