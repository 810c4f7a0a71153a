// A real gateway with limits in force, before a scripted upstream. Its test model costs 1,000 nano-USD a token in and 2,000 a
// token out.
import { onTestFinished } from 'vitest';
import type { Limit } from '../../src/core/limits.ts';
import { type Script, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/start-gateway.ts';

export interface LimitedGateway {
  readonly gateway: TestGateway;
  readonly upstream: ScriptedUpstream;
  /** What stands under a limit that has no `*`, now. */
  counter(id: string): Promise<{ readonly settled: bigint; readonly held: bigint }>;
}

/** `limits` in the order of their ids `lim_0`, `lim_1`, …; all gone with the test. */
export async function startLimited(
  limits: readonly Partial<Limit>[],
  script: Script,
  options: Partial<TestGatewayOptions> = {},
): Promise<LimitedGateway> {
  const upstream = await startUpstream(script);
  const gateway = await startGateway({ upstreams: [upstream.url], ...options });
  onTestFinished(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  const { limitWriter, limitReader } = gateway.gateway.store.admin;
  const wanted = limits.map((limit, index) => limitOf(index, limit));
  const stored = wanted.map((limit) => ({ ...limit, revision: 1, createdAt: 1, updatedAt: 1 }));
  let audits = 0;
  await limitWriter.syncConfig(stored, 1, (action, before, after) => ({
    id: `aud_${audits++}`,
    at: 1,
    actor: 'test',
    action,
    targetKind: 'limit',
    targetId: (before ?? after)?.id ?? '',
  }));
  return {
    gateway,
    upstream,
    async counter(id) {
      const limit = wanted.find((each) => each.id === id) as Limit;
      const span = { start: 0, end: Number.POSITIVE_INFINITY };
      return limitReader.counter(limit, '', span);
    },
  };
}

function limitOf(index: number, limit: Partial<Limit>): Limit {
  return {
    id: `lim_${index}`,
    scope: { model: 'test-model' },
    metric: 'cost',
    window: 'lifetime',
    amount: 0n,
    timeZone: 'UTC',
    source: 'config',
    ...limit,
  };
}

/** USD -> nano-USD. */
export const usd = (amount: number) => BigInt(Math.round(amount * 1e9));
