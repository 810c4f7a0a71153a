// Bedrock counts cached tokens beside its input, the gateway in it, and does not tell how many tokens were thoughts. Source:
// Amazon Bedrock User Guide, "Prompt caching": the input is the sum of the three.
import type { Usage } from '../../core/usage.ts';

export type WireUsage = Readonly<Record<string, unknown>>;

/**
 * `undefined` unless input and output are both there. `tier`: the service that answered; its names are OpenAI's, but for
 * `reserved`, which has a price of its own.
 */
export function mapUsage(wire: WireUsage | null | undefined, tier?: unknown): Usage | undefined {
  const fresh = count(wire?.inputTokens);
  const output = count(wire?.outputTokens);
  if (fresh === undefined || output === undefined) return undefined;
  const cachedInput = count(wire?.cacheReadInputTokens);
  const cacheWrite = count(wire?.cacheWriteInputTokens);
  const forAnHour = writtenFor('1h', wire?.cacheDetails);
  return {
    input: fresh + (cachedInput ?? 0) + (cacheWrite ?? 0),
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(cacheWrite && forAnHour ? { cacheWrite1h: Math.min(forAnHour, cacheWrite) } : {}),
    ...(typeof tier === 'string' ? { serviceTier: tier } : {}),
  };
}

function writtenFor(ttl: string, details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const found = (details as ({ ttl?: unknown; inputTokens?: unknown } | null)[]).find(
    (one) => one?.ttl === ttl,
  );
  return count(found?.inputTokens);
}

const mostTokens = 1_000_000_000;

function count(value: unknown): number | undefined {
  const sound = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens;
  return sound ? value : undefined;
}
