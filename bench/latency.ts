// What one request at a time waits for: straight to the mock upstream, through the bare relay, through the gateway
// (which writes its hold to the disk before it calls the upstream).
import { withProcesses } from './cpu-per-request.ts';
import { apiKey, makeFolder } from './gateway.ts';
import type { Outcome } from './load.ts';
import { type Spread, spread } from './statistics.ts';

export interface Latency {
  /** Milliseconds; the spread is over the rounds. */
  readonly p50: Spread;
  readonly p99: Spread;
}

export type LatencyFigures = Readonly<Record<'direct' | 'relay' | 'gateway', Latency>>;

export async function measureLatency(rounds: number, requests: number): Promise<LatencyFigures> {
  using folder = makeFolder();
  return await withProcesses(folder, async (gateway, relay, load, mock) => {
    const places = { direct: mock.found, relay: relay.found, gateway: gateway.found };
    const times = { direct: [] as Times[], relay: [] as Times[], gateway: [] as Times[] };
    const names = ['direct', 'relay', 'gateway'] as const;
    const job = { apiKey, concurrency: 1, requests, stream: false };
    for (const name of names) {
      await load.run({ ...job, url: places[name], concurrency: 16, requests: 4 * requests });
    }
    for (let round = 0; round < rounds; round++) {
      for (const name of names) times[name].push(await load.run({ ...job, url: places[name] }));
    }
    return { direct: latency(times.direct), relay: latency(times.relay), gateway: latency(times.gateway) };
  });
}

type Times = Pick<Outcome, 'p50' | 'p99'>;

function latency(times: readonly Times[]): Latency {
  return { p50: spread(times.map(({ p50 }) => p50)), p99: spread(times.map(({ p99 }) => p99)) };
}
