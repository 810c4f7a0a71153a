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
  /** How many of the likeliest tokens to name with each token drawn; absent: not even how likely that one was. */
  readonly topLogprobs?: number;
}

export interface SamplingParameters {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | undefined;
  readonly bias?: ReadonlyMap<number, number> | undefined;
  readonly topLogprobs?: number | undefined;
}

/** What the parameters are relative to; see chat/sampling-advice.ts. */
export interface SamplingBase {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
}

/** The tail of the distribution is always cut off at `topK` and `minP`. `randomSeed` is drawn only without a seed. */
export function samplerSettings(
  parameters: SamplingParameters,
  base: SamplingBase,
  randomSeed: () => number,
): SamplerSettings {
  return {
    temperature: (parameters.temperature ?? 1) * base.temperature,
    topP: parameters.topP ?? base.topP,
    topK: base.topK,
    minP: base.minP,
    frequencyPenalty: parameters.frequencyPenalty ?? 0,
    presencePenalty: parameters.presencePenalty ?? 0,
    seed: samplerSeed(parameters.seed ?? randomSeed()),
    bias: parameters.bias ?? new Map(),
    ...(parameters.topLogprobs !== undefined && { topLogprobs: parameters.topLogprobs }),
  };
}

/** Any integer -> 0..2^32-2. 2^32-1 is llama.cpp's mark for "draw one yourself". */
export function samplerSeed(seed: number): number {
  const span = 0xffff_ffff;
  return ((seed % span) + span) % span;
}

/** Of the choices of one request each has a seed of its own; the first has the request's, as if it were alone. */
export function choiceSeed(seed: number, choice: number): number {
  // Golden-ratio steps: neighbouring seeds of a client do not share choices.
  return samplerSeed(seed + choice * 0x9e37_79b9);
}
