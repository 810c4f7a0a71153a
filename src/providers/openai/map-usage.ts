// Token counts of the Responses API -> the gateway's. Cached and reasoning tokens are in their wholes on both sides.
// CONTRACT section 5c, "Usage".
import type { Usage } from '../../core/usage.ts';
import { toUsage } from '../openai-compatible/map-usage.ts';

/** `undefined` unless input and output are both there. */
export function mapUsage(wire: unknown, serviceTier?: unknown): Usage | undefined {
  if (typeof wire !== 'object' || wire === null) return undefined;
  const counts = wire as Readonly<Record<string, unknown>>;
  const openai = {
    prompt_tokens: counts.input_tokens,
    completion_tokens: counts.output_tokens,
    total_tokens: counts.total_tokens,
    prompt_tokens_details: counts.input_tokens_details,
    completion_tokens_details: counts.output_tokens_details,
  };
  return toUsage(openai, serviceTier);
}
