// Claude counts cached tokens beside its input, the gateway in it. CONTRACT section 5a, "Usage".
import type { Usage } from '../../core/usage.ts';

/** As a stream gives it: the start has the input, the end the output; both are cumulative. */
export type WireUsage = Readonly<Record<string, unknown>>;

/** `undefined` unless input and output are both there. */
export function mapUsage(wire: WireUsage): Usage | undefined {
  const fresh = count(wire.input_tokens);
  const output = count(wire.output_tokens);
  if (fresh === undefined || output === undefined) return undefined;
  const cachedInput = count(wire.cache_read_input_tokens);
  const cacheWrite = count(wire.cache_creation_input_tokens);
  const byTime = wire.cache_creation as { ephemeral_1h_input_tokens?: unknown } | null | undefined;
  const cacheWrite1h = count(byTime?.ephemeral_1h_input_tokens);
  const tier = wire.service_tier;
  const details = wire.output_tokens_details as { thinking_tokens?: unknown } | null | undefined;
  const reasoning = count(details?.thinking_tokens);
  return {
    input: fresh + (cachedInput ?? 0) + (cacheWrite ?? 0),
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(cacheWrite && cacheWrite1h ? { cacheWrite1h: Math.min(cacheWrite1h, cacheWrite) } : {}),
    ...(typeof tier === 'string' ? { serviceTier: tier === 'standard' ? 'default' : tier } : {}),
  };
}

const mostTokens = 1_000_000_000;

function count(value: unknown): number | undefined {
  const sound = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens;
  return sound ? value : undefined;
}
