// Token counts of the OpenAI wire <-> the gateway's own. Unknown stays undefined. CONTRACT section 2, "usage".
import type { Usage } from '../../core/usage.ts';
import type { WireUsage } from '../../wire/openai/chat-response.ts';

/** No request uses more; a count above it is a broken counter, and money must not follow it. */
const mostTokens = 1_000_000_000;

type Counts = Partial<Record<keyof WireUsage | 'prompt_cache_hit_tokens', unknown>>;

/**
 * `undefined` when the upstream did not give both counts as non-negative integers, or says of a prompt that it was empty, which
 * none is: it did not count. `serviceTier`: how it says the request
 * was processed.
 */
export function toUsage(wire: unknown, serviceTier?: unknown): Usage | undefined {
  if (typeof wire !== 'object' || wire === null) return undefined;
  const counts = wire as Counts;
  const read = count(counts.prompt_tokens);
  const written = count(counts.completion_tokens);
  if (read === undefined || written === undefined) return undefined;
  const reasoning = detail(counts.completion_tokens_details, 'reasoning_tokens');
  // DeepSeek tells cached tokens in a member of its own.
  const cachedInput =
    detail(counts.prompt_tokens_details, 'cached_tokens') ?? count(counts.prompt_cache_hit_tokens);
  const cacheWrite = detail(counts.prompt_tokens_details, 'cache_write_tokens');
  const total = counts.total_tokens;
  const output = written + beside(written, reasoning ?? 0, total, read);
  const input = read + beside(read, (cachedInput ?? 0) + (cacheWrite ?? 0), total, output);
  if (input === 0) return undefined;
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...otherKinds(counts, input - (cachedInput ?? 0) - (cacheWrite ?? 0), output - (reasoning ?? 0)),
    ...(typeof serviceTier === 'string' && serviceTier !== '' ? { serviceTier } : {}),
  };
}

/** Audio and images within the rest of the input and the output; of what is more than the rest nothing is known. */
function otherKinds(counts: Counts, freshInput: number, plainOutput: number): Partial<Usage> {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = counts;
  const audioInput = Math.min(detail(prompt, 'audio_tokens') ?? 0, freshInput);
  const imageInput = Math.min(detail(prompt, 'image_tokens') ?? 0, freshInput - audioInput);
  const audioOutput = Math.min(detail(completion, 'audio_tokens') ?? 0, plainOutput);
  const imageOutput = Math.min(detail(completion, 'image_tokens') ?? 0, plainOutput - audioOutput);
  if (audioInput + imageInput + audioOutput + imageOutput === 0) return {};
  return {
    ...(audioInput > 0 ? { audioInput } : {}),
    ...(imageInput > 0 ? { imageInput } : {}),
    ...(audioOutput > 0 ? { audioOutput } : {}),
    ...(imageOutput > 0 ? { imageOutput } : {}),
  };
}

/**
 * A part is in its whole. Some count it beside: xAI reasoning, gateways to Anthropic cached tokens. A part larger than
 * the whole gives that away, and so does a total that is right only with both.
 */
function beside(whole: number, part: number, total: unknown, other: number): number {
  return part > whole || (part > 0 && total === whole + part + other) ? part : 0;
}

/** The upstream's counts with the members and sums clients rely on; what else it tells is kept. */
export function completeUsage(wire: unknown, usage: Usage): WireUsage {
  const given = wire as Readonly<Record<string, unknown>>;
  const ours = toWireUsage(usage);
  return {
    ...given,
    prompt_tokens: ours.prompt_tokens,
    completion_tokens: ours.completion_tokens,
    total_tokens: ours.total_tokens,
    prompt_tokens_details: mergeDetails(ours.prompt_tokens_details, given.prompt_tokens_details),
    completion_tokens_details: mergeDetails(ours.completion_tokens_details, given.completion_tokens_details),
  };
}

/** Whether it is what `completeUsage` would make of it. */
export function isCompleteUsage(wire: unknown, usage: Usage): boolean {
  const { prompt_tokens, completion_tokens, total_tokens, ...rest } = wire as WireUsage;
  const prompt = rest.prompt_tokens_details as Record<string, unknown> | null | undefined;
  const completion = rest.completion_tokens_details as Record<string, unknown> | null | undefined;
  return (
    prompt_tokens === usage.input &&
    completion_tokens === usage.output &&
    total_tokens === usage.input + usage.output &&
    isCount(prompt?.cached_tokens) &&
    isCount(prompt?.audio_tokens) &&
    isCount(completion?.reasoning_tokens) &&
    isCount(completion?.audio_tokens) &&
    isCount(completion?.accepted_prediction_tokens) &&
    isCount(completion?.rejected_prediction_tokens)
  );
}

function mergeDetails<T extends object>(ours: T, given: unknown): T {
  if (typeof given !== 'object' || given === null) return ours;
  const merged = { ...ours };
  for (const name in given) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    // What is null is unknown, as what is no count is, and none of these may be. Nor is a prototype among what is told.
    if (value !== null && name !== '__proto__' && !(name in ours && !isCount(value)))
      (merged as Record<string, unknown>)[name] = value;
  }
  return merged;
}

export function toWireUsage(usage: Usage): WireUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInput ?? 0,
      audio_tokens: (usage.audioInput ?? 0) + (usage.cachedAudioInput ?? 0),
      ...(usage.cacheWrite === undefined ? {} : { cache_write_tokens: usage.cacheWrite }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.audioOutput ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens;
}

const count = (value: unknown) => (isCount(value) ? value : undefined);

function detail(details: unknown, name: string): number | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  return count((details as Record<string, unknown>)[name]);
}
