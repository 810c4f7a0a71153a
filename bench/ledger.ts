// Cost of the ledger alone: one hold and one settle per request, as the pipeline makes them. Prints a table for people
// and a JSON line for machines. `node bench/ledger.ts [--requests N] [--folder DIR] [--synchronous FULL,NORMAL]
// [--concurrency 1,64] [--work 0,40]`: `work` stands for the rest of a gateway, which makes batches smaller.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createIdSource, systemClock } from '../src/core/clock.ts';
import type { GatewayStore } from '../src/core/store.ts';
import { openSqliteGatewayStore } from '../src/store/sqlite/open.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    folder: { type: 'string', default: tmpdir() },
    synchronous: { type: 'string', default: 'FULL,NORMAL' },
    concurrency: { type: 'string', default: '1,64,512' },
    /** Microseconds of other work per request on the gateway's thread, not counted in the result. */
    work: { type: 'string', default: '0,40' },
  },
});

interface Figures {
  readonly synchronous: string;
  readonly concurrency: number;
  readonly workMicros: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** User and system time of the whole process, both threads, per hold + settle. */
  readonly cpuMicros: number;
  readonly holdP50Ms: number;
  readonly holdP99Ms: number;
}

async function run(
  store: GatewayStore,
  synchronous: string,
  concurrency: number,
  workMicros: number,
  requests: number,
) {
  const nextId = createIdSource('chatcmpl-', systemClock);
  const waits = new Float64Array(requests);
  let started = 0;
  async function client() {
    while (started < requests) {
      const index = started++;
      const id = nextId();
      spin(workMicros / 2);
      const before = performance.now();
      await store.ledgerWriter.hold({
        id,
        keyId: 'key_0000bench',
        projectId: 'proj_0000bench',
        model: 'gpt-5.1',
        provider: 'openai',
        upstreamModel: 'gpt-5.1-2025-11-13',
        priceVersion: 'config-2025-11-13',
        organizationId: 'org_default',
        worst: {
          promptTokens: 4_000,
          outputCap: 4_096,
          leastOutputCap: 16,
          choices: 1,
          promptCost: 5_000_000_000_000n,
          outputPrice: 10_000_000_000n,
        },
        stream: true,
        startedAt: systemClock.now(),
      });
      waits[index] = performance.now() - before;
      // An upstream answers in a later turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      spin(workMicros / 2);
      void store.ledgerWriter.settle({
        id,
        state: 'settled',
        provider: 'openai',
        upstreamModel: 'gpt-5.1-2025-11-13',
        usage: { input: 1234, output: 567, cachedInput: 1024, reasoning: 128 },
        usageSource: 'reported',
        cost: 1_234_567n,
        partial: false,
        attempts: [
          { provider: 'openai', upstreamModel: 'gpt-5.1-2025-11-13', status: 200, durationMs: 1234 },
        ],
        firstTokenMs: 234.5,
        durationMs: 1234.5,
      });
    }
  }
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, client));
  const seconds = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  waits.sort();
  return {
    synchronous,
    concurrency,
    workMicros,
    requests,
    requestsPerSecond: Math.round(requests / seconds),
    cpuMicros: round((used.user + used.system) / requests - workMicros),
    holdP50Ms: round(waits[Math.floor(requests * 0.5)] ?? 0),
    holdP99Ms: round(waits[Math.floor(requests * 0.99)] ?? 0),
  } satisfies Figures;
}

function spin(micros: number): void {
  const end = performance.now() + micros / 1000;
  while (micros > 0 && performance.now() < end);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const figures: Figures[] = [];
for (const synchronous of values.synchronous.split(',') as ('FULL' | 'NORMAL')[]) {
  const folder = mkdtempSync(join(values.folder, 'tollgate-bench-'));
  try {
    await using store = await openSqliteGatewayStore({
      folder,
      clock: systemClock,
      synchronous,
      report: (problem) => console.error(problem),
    });
    await store.keyWriter.addKey(
      { id: 'key_0000bench', name: 'bench', hash: '00', preview: 'sk-tg-00***0000', createdAt: 0 },
      { id: 'proj_0000bench', name: 'bench', createdAt: 0 },
    );
    await run(store, synchronous, 64, 0, 20_000);
    for (const concurrency of values.concurrency.split(',').map(Number)) {
      for (const work of values.work.split(',').map(Number)) {
        const requests = concurrency === 1 ? 5_000 : Number(values.requests);
        figures.push(await run(store, synchronous, concurrency, work, requests));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.table(figures);
console.log(JSON.stringify({ bench: 'ledger', figures }));
