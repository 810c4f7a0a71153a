// What one round of holds and settles costs a store, as the pipeline makes them: throughput with many requests at once, and
// the wait for one hold when nothing else runs.
import { createIdSource, systemClock } from '../src/core/clock.ts';
import type { Limit } from '../src/core/limits.ts';
import type { GatewayStore } from '../src/core/store.ts';
import { quantile } from './statistics.ts';

const nextId = createIdSource('req_', systemClock);
const worst = {
  promptTokens: 4_000,
  outputCap: 4_096,
  leastOutputCap: 16,
  choices: 1,
  promptCost: 5_000_000_000_000n,
  outputPrice: 10_000_000_000n,
};

async function hold(store: GatewayStore): Promise<string> {
  const id = nextId();
  await store.ledgerWriter.hold({
    id,
    keyId: 'key_bench',
    projectId: 'proj_bench',
    organizationId: 'org_default',
    model: 'gpt-5.1',
    provider: 'openai',
    upstreamModel: 'gpt-5.1-2025-11-13',
    priceVersion: 'config-1',
    worst,
    stream: true,
    startedAt: systemClock.now(),
  });
  return id;
}

function settle(store: GatewayStore, id: string): Promise<void> {
  return store.ledgerWriter.settle({
    id,
    state: 'settled',
    provider: 'openai',
    upstreamModel: 'gpt-5.1-2025-11-13',
    usage: { input: 1234, output: 567, cachedInput: 1024, reasoning: 128 },
    usageSource: 'reported',
    cost: 1_234_567n,
    partial: false,
    attempts: [{ provider: 'openai', upstreamModel: 'gpt-5.1-2025-11-13', status: 200, durationMs: 1234 }],
    firstTokenMs: 234,
    durationMs: 1234,
  });
}

/** Holds + settles per second, each pair counted once, all durable when it ends. */
export async function throughput(
  store: GatewayStore,
  requests: number,
  concurrency: number,
): Promise<number> {
  let started = 0;
  const settles: Promise<void>[] = [];
  async function client() {
    while (started < requests) {
      started++;
      const id = await hold(store);
      // An upstream answers in a later turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      settles.push(settle(store, id));
    }
  }
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, client));
  await Promise.all(settles);
  return requests / ((performance.now() - begun) / 1000);
}

/** Median ms of a hold, one request after the other. */
export async function latency(store: GatewayStore, requests: number): Promise<number> {
  const waits = new Float64Array(requests);
  for (let index = 0; index < requests; index++) {
    const before = performance.now();
    const id = await hold(store);
    waits[index] = performance.now() - before;
    await settle(store, id);
  }
  return quantile(waits.sort(), 0.5);
}

/** Wide enough for everything the bench asks: a limit of each metric, and two with a counter for each key or model. */
const kinds: readonly Pick<Limit, 'scope' | 'metric' | 'window'>[] = [
  { scope: { project: 'proj_bench' }, metric: 'cost', window: 'month' },
  { scope: { key: '*' }, metric: 'tokens', window: 'day' },
  { scope: { key: 'key_bench' }, metric: 'requests', window: 'minute' },
  { scope: { project: 'proj_bench', model: '*' }, metric: 'concurrent', window: 'lifetime' },
  { scope: { organization: 'org_default' }, metric: 'cost', window: 'lifetime' },
];

/** That many limits apply to every request of the bench from now on. */
export async function setLimits(store: GatewayStore, count: number): Promise<void> {
  const limits = kinds.slice(0, count).map((kind, index) => ({
    ...kind,
    id: `lim_bench${index}`,
    amount: 4_000_000_000_000_000_000n,
    timeZone: 'UTC',
    source: 'config' as const,
    revision: 1,
    createdAt: 1,
    updatedAt: 1,
  }));
  let entries = 0;
  await store.admin.limitWriter.syncConfig(limits, systemClock.now(), (action, before, after) => ({
    id: `aud_${count}_${entries++}_${nextId()}`,
    at: 1,
    actor: 'bench',
    action,
    targetKind: 'limit',
    targetId: (before ?? after)?.id ?? '',
  }));
}
