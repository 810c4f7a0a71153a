// One request's sampler in node-llama-cpp's binding: its settings, the grammar it has to keep to, and how likely the
// model held what it drew. Beside native.ts the only file that knows the library.
import type { SampledToken, TokenSampler } from './native-interface.ts';
import type { SamplerSettings } from './sampling.ts';
import type { Unspeakable } from './unspeakable.ts';

export interface NativeSampler extends TokenSampler {
  sample(place: number): Promise<SampledToken>;
}

interface PrivateSampler {
  applyConfig(config: Record<string, unknown>): void;
  dispose(): void;
}

/** `[which tokens, highest, lowest, the sampler's own, how many of the likeliest]` */
type WantedLogits = [number[], boolean, boolean, boolean, number];

/** What of the library this file calls. */
export interface SamplerBinding {
  readonly model: object;
  /** What has to be kept from a grammar's reach. */
  readonly unspeakable: Unspeakable;
  readonly context: {
    sampleToken(place: number, sampler: PrivateSampler): Promise<number>;
    sampleToken(
      place: number,
      sampler: PrivateSampler,
      probabilities: boolean,
      confidence: boolean,
      logits: WantedLogits,
      totalWeight: boolean,
    ): Promise<[token: number, unknown, unknown, logits?: number[], totalWeight?: number]>;
  };
  readonly bindings: {
    readonly AddonSampler: new (model: object) => PrivateSampler;
    readonly AddonGrammar: new (text: string, options: object) => object;
    readonly AddonGrammarEvaluationState: new (model: object, grammar: object) => object;
  };
}

export function isSamplerBinding(bindings: SamplerBinding['bindings'] | undefined): boolean {
  const { AddonSampler, AddonGrammar, AddonGrammarEvaluationState } = bindings ?? {};
  return [AddonSampler, AddonGrammar, AddonGrammarEvaluationState].every(
    (part) => typeof part === 'function',
  );
}

/**
 * Its order: bias, penalties, top-k, top-p, min-p, temperature. It accepts each token it draws, so penalties count
 * exactly the tokens of the answer. With a grammar a token is drawn as without, and drawn again among those allowed
 * only if the grammar forbids it: most tokens cost nothing extra. `history`: tokens that penalties look back on.
 */
export function nativeSampler(
  { model, context, bindings, unspeakable }: SamplerBinding,
  settings: SamplerSettings,
  history: number,
): NativeSampler {
  const sampler = new bindings.AddonSampler(model);
  sampler.applyConfig(samplerConfig(settings, settings.bias, history, []));
  const { topLogprobs } = settings;
  const unmodified = topLogprobs === undefined ? undefined : new bindings.AddonSampler(model);
  unmodified?.applyConfig({ temperature: 0 });

  /** A greedy sampler changes no logit, and what it draws is the token whose logit is the highest. */
  const likelihoods = async (place: number, chosen: number, from: PrivateSampler, top: number) => {
    const wanted: WantedLogits = [[chosen], false, false, true, top];
    const [highest, , , pairs = [], weight = 1] = await context.sampleToken(
      place,
      from,
      false,
      false,
      wanted,
      true,
    );
    const logits = new Map<number, number>();
    for (let index = 0; index < pairs.length; index += 2)
      logits.set(pairs[index] as number, pairs[index + 1] as number);
    const total = (logits.get(highest) ?? 0) + Math.log(weight);
    const logprob = (token: number) => (logits.get(token) ?? Number.NEGATIVE_INFINITY) - total;
    // The likeliest come first in the list, whatever else was asked for after them.
    const likeliest = [...logits.keys()].slice(0, top);
    return {
      chosen: logprob(chosen),
      top: likeliest.map((token) => ({ token, logprob: logprob(token) })),
    };
  };

  let state: object | undefined;
  /** For the penalties, which begin anew when the settings change, unless they are told. */
  const drawn: number[] = [];
  let banned: readonly number[] | undefined;

  /** What has not changed keeps its state: the random numbers go on where they were. */
  const configure = (tokens: readonly number[]) => {
    if (tokens === banned) return;
    banned = tokens;
    const bias = new Map(settings.bias);
    for (const token of tokens) bias.set(token, Number.NEGATIVE_INFINITY);
    sampler.applyConfig({ ...samplerConfig(settings, bias, history, drawn), grammarEvaluationState: state });
  };

  return {
    async sample(place) {
      const token = await context.sampleToken(place, sampler);
      if (token < 0) throw new Error('no token could be sampled');
      drawn.push(token);
      if (state !== undefined) configure(unspeakable.after(token));
      if (unmodified === undefined || topLogprobs === undefined) return { token };
      return { token, likelihoods: await likelihoods(place, token, unmodified, topLogprobs) };
    },
    constrain(text) {
      const grammar = new bindings.AddonGrammar(text, { addonExports: bindings, rootRuleName: 'root' });
      state = new bindings.AddonGrammarEvaluationState(model, grammar);
      banned = undefined;
      configure(unspeakable.after(undefined));
    },
    dispose() {
      sampler.dispose();
      unmodified?.dispose();
    },
  };
}

/** Absent keys leave a stage out. */
function samplerConfig(
  settings: SamplerSettings,
  bias: ReadonlyMap<number, number>,
  history: number,
  accepted: readonly number[],
): Record<string, unknown> {
  const penalised = settings.frequencyPenalty !== 0 || settings.presencePenalty !== 0;
  return {
    temperature: settings.temperature,
    seed: settings.seed,
    ...(settings.topP < 1 && { topP: settings.topP }),
    ...(settings.topK !== undefined && { topK: settings.topK }),
    ...(settings.minP !== undefined && { minP: settings.minP }),
    ...(penalised && {
      repeatPenalty: 1,
      repeatPenaltyMaxTokens: history,
      repeatPenaltyTokens: Uint32Array.from(accepted),
      repeatPenaltyFrequencyPenalty: settings.frequencyPenalty,
      repeatPenaltyPresencePenalty: settings.presencePenalty,
    }),
    ...(bias.size > 0 && {
      tokenBiasKeys: Uint32Array.from(bias.keys()),
      tokenBiasValues: Float32Array.from(bias.values()),
    }),
  };
}
