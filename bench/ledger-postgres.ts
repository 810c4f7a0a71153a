// Cost of the ledger on PostgreSQL over loopback: one hold and one settle per request, as the pipeline makes them. Prints a
// table for people and a JSON line for machines. `node bench/ledger-postgres.ts [--requests N] [--concurrency 1,64,512]
// [--nodes 1,3] [--limits 0,3] [--url postgres://…]`: without a URL it starts a server that writes through to the disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createIdSource, systemClock } from '../src/core/clock.ts';
import type { GatewayStore } from '../src/core/store.ts';
import { openPostgresGatewayStore } from '../src/store/postgres/open.ts';
import { holdEntry, settlement } from '../tests/ledger/entries.ts';
import { runSql, startPostgres } from '../tests/support/postgres.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    concurrency: { type: 'string', default: '1,64,512' },
    nodes: { type: 'string', default: '1,3' },
    limits: { type: 'string', default: '0,3' },
    url: { type: 'string' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const worst = {
  promptTokens: 1_234,
  outputCap: 4_096,
  leastOutputCap: 16,
  choices: 1,
  promptCost: 1_234n * 1_250_000_000n,
  outputPrice: 10_000_000_000n,
};

async function run(stores: readonly GatewayStore[], concurrency: number, requests: number) {
  const nextId = createIdSource('chatcmpl-', systemClock);
  const waits = new Float64Array(requests);
  let started = 0;
  async function client(_: unknown, number: number) {
    const { ledgerWriter } = stores[number % stores.length] as GatewayStore;
    while (started < requests) {
      const index = started++;
      const id = nextId();
      const before = performance.now();
      await ledgerWriter.hold(holdEntry(id, { worst, stream: true, startedAt: systemClock.now() }));
      waits[index] = performance.now() - before;
      // An upstream answers in a later turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      const settled = ledgerWriter.settle(
        settlement(id, { usage: { input: 1_234, output: 567 }, cost: 7_212_500n }),
      );
      if (index >= requests - concurrency) await settled;
    }
  }
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, client));
  const seconds = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  waits.sort();
  return {
    requestsPerSecond: Math.round(requests / seconds),
    /** Of this process, per hold + settle; the server's own work is not in it. */
    cpuMicros: round((used.user + used.system) / requests),
    holdP50Ms: round(waits[Math.floor(requests * 0.5)] ?? 0),
    holdP99Ms: round(waits[Math.floor(requests * 0.99)] ?? 0),
  };
}

/** In force for the bench's one key, wide enough for everything it asks. */
async function setLimits(url: string, count: number): Promise<void> {
  const kinds = [
    ['cost', 'month'],
    ['tokens', 'day'],
    ['requests', 'minute'],
  ] as const;
  for (const [metric, period] of kinds.slice(0, count)) {
    await runSql(
      url,
      `insert into limits (id, scope, metric, period, amount, time_zone, source, created_at, updated_at)
values ($1, '{"key":"*"}', $1, $2, 4000000000000000000, 'UTC', 'admin', 1, 1)`,
      [metric, period],
    );
  }
  await runSql(url, "update generations set value = value + 1 where name = 'limits'");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const server = values.url === undefined ? await startPostgres({ fsync: true }) : undefined;
const figures: Record<string, number>[] = [];
try {
  for (const limits of numbers(values.limits)) {
    for (const nodes of numbers(values.nodes)) {
      const url = values.url ?? (await server?.createDatabase()) ?? '';
      const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
      await using stores = new AsyncDisposableStack();
      const opened: GatewayStore[] = [];
      for (let node = 0; node < nodes; node++) {
        const options = {
          url,
          folder: join(folder, String(node)),
          clock: systemClock,
          report: console.error,
        };
        opened.push(stores.use(await openPostgresGatewayStore(options)));
      }
      await opened[0]?.keyWriter.addFirstKey(
        { id: 'key_test', name: 'bench', hash: '00', preview: 'sk-tg-00***0000', createdAt: 0 },
        { id: 'proj_test', name: 'bench', createdAt: 0 },
      );
      if (limits > 0) await setLimits(url, limits);
      await run(opened, 64, 5_000);
      for (const concurrency of numbers(values.concurrency)) {
        const requests = concurrency === 1 ? 2_000 : Number(values.requests);
        figures.push({ nodes, limits, concurrency, requests, ...(await run(opened, concurrency, requests)) });
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }
} finally {
  await server?.[Symbol.asyncDispose]();
}
console.table(figures);
console.log(JSON.stringify({ bench: 'ledger-postgres', figures }));
