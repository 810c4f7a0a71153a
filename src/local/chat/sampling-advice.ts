// How the makers of a model say it should be sampled. The API's temperature is relative to that: 1 is what the makers
// advise, 0 is greedy, 2 is twice as bold. A model of 135 million parameters at a raw temperature of 1 writes noise.

export interface SamplingAdvice {
  /** Raw temperature behind the API's 1. */
  readonly temperature: number;
  /** Used where the client says nothing about top_p. */
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
}

/** As of 2026-11-22, from the models' cards and generation_config.json; matched with the GGUF's `general.name`. */
const advised: readonly { readonly name: RegExp; readonly advice: SamplingAdvice }[] = [
  { name: /smollm2/i, advice: { temperature: 0.2, topP: 0.9, topK: 50, minP: 0.05 } },
  { name: /qwen3/i, advice: { temperature: 0.7, topP: 0.8, topK: 20, minP: 0 } },
];

/** llama.cpp's own cut-offs; the raw temperature as the client says. */
const unadvised: SamplingAdvice = { temperature: 1, topP: 1, topK: 40, minP: 0.05 };

export function samplingAdvice(modelName: string | undefined): SamplingAdvice {
  return advised.find(({ name }) => name.test(modelName ?? ''))?.advice ?? unadvised;
}
