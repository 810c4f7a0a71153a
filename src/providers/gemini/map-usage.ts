// Gemini counts thoughts beside its candidates and tool prompts beside its prompt. CONTRACT section 5b, "Usage".
import type { Usage } from '../../core/usage.ts';

const mostTokens = 1_000_000_000;

/** `undefined` unless the prompt was counted. In a stream every chunk has all counts so far: the last one holds. */
export function mapUsage(metadata: unknown): Usage | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const counts = metadata as Readonly<Record<string, unknown>>;
  const prompt = count(counts.promptTokenCount);
  if (prompt === undefined) return undefined;
  const cachedInput = count(counts.cachedContentTokenCount);
  const reasoning = count(counts.thoughtsTokenCount);
  return {
    input: prompt + (count(counts.toolUsePromptTokenCount) ?? 0),
    output: (count(counts.candidatesTokenCount) ?? 0) + (reasoning ?? 0),
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...kindsOf(counts),
  };
}

/** The lists by modality are of the wholes: what of them came from a cache is in both lists. */
function kindsOf(counts: Readonly<Record<string, unknown>>): Partial<Usage> {
  const {
    promptTokensDetails: prompt,
    cacheTokensDetails: cached,
    candidatesTokensDetails: written,
  } = counts;
  if (!Array.isArray(prompt) && !Array.isArray(written)) return {};
  const cachedAudioInput = ofModality(cached, 'AUDIO');
  const audioInput = Math.max(ofModality(prompt, 'AUDIO') - cachedAudioInput, 0);
  const imageInput = Math.max(ofModality(prompt, 'IMAGE') - ofModality(cached, 'IMAGE'), 0);
  const audioOutput = ofModality(written, 'AUDIO');
  const imageOutput = ofModality(written, 'IMAGE');
  return {
    ...(cachedAudioInput > 0 ? { cachedAudioInput } : {}),
    ...(audioInput > 0 ? { audioInput } : {}),
    ...(imageInput > 0 ? { imageInput } : {}),
    ...(audioOutput > 0 ? { audioOutput } : {}),
    ...(imageOutput > 0 ? { imageOutput } : {}),
  };
}

function ofModality(details: unknown, modality: string): number {
  if (!Array.isArray(details)) return 0;
  let tokens = 0;
  for (const detail of details as { modality?: unknown; tokenCount?: unknown }[]) {
    if (detail?.modality === modality) tokens += count(detail.tokenCount) ?? 0;
  }
  return tokens;
}

function count(value: unknown): number | undefined {
  const sound = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens;
  return sound ? value : undefined;
}
