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
  };
}

function count(value: unknown): number | undefined {
  const sound = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens;
  return sound ? value : undefined;
}
