// Ledger entries with every field filled. Imports no test runner, so child processes can use them too.
import type { WorstCase } from '../../src/core/limits.ts';
import type { HoldEntry, Settlement } from '../../src/core/ports.ts';

export const keyId = 'key_test';
export const preview = 'sk-tg-ab***wxyz';

export function holdEntry(id: string, change: Partial<HoldEntry> = {}): HoldEntry {
  return {
    id,
    keyId,
    projectId: 'proj_test',
    model: 'gpt-5.1',
    provider: 'openai',
    upstreamModel: 'gpt-5.1-2025-11-13',
    priceVersion: 'test-1',
    organizationId: 'org_default',
    worst: worth(1_000n),
    stream: false,
    startedAt: 1_700_000_000_000,
    ...change,
  };
}

export function settlement(id: string, change: Partial<Settlement> = {}): Settlement {
  return {
    id,
    state: 'settled',
    provider: 'openai',
    upstreamModel: 'gpt-5.1-2025-11-13',
    usage: { input: 10, output: 20 },
    usageSource: 'reported',
    cost: 300n,
    partial: false,
    attempts: [{ provider: 'openai', upstreamModel: 'gpt-5.1-2025-11-13', status: 200, durationMs: 5 }],
    firstTokenMs: 2,
    durationMs: 5,
    ...change,
  };
}

/** A worst case of exactly this cost and as many tokens, whatever it writes. */
export function worth(cost: bigint, tokens = 100): WorstCase {
  const promptCost = cost * 1_000_000n;
  return { promptTokens: tokens, outputCap: 0, leastOutputCap: 0, choices: 1, promptCost, outputPrice: 0n };
}
