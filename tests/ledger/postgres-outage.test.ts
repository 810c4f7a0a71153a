// PostgreSQL away, restarted, or cut off at the worst moment: holds are refused at once, no settlement is lost or counted
// twice, no row is left held by nobody.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { GatewayStore, ServingStore, StoreProblem } from '../../src/core/store.ts';
import { openServingStore } from '../../src/store/bridge/open.ts';
import { openPostgresGatewayStore } from '../../src/store/postgres/open.ts';
import { type CuttableProxy, startCuttableProxy } from '../support/cuttable-proxy.ts';
import { noPostgres, type PostgresServer, runSql, startPostgres } from '../support/postgres.ts';
import { addTestKey, holdEntry, settlement, temporaryFolder, worth } from './fixtures.ts';

const patient = { timeout: 60_000, interval: 50 };
const unavailable = { code: 'ledger_unavailable', status: 503, retryAfterMs: 1_000 };

interface Site extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly proxy: CuttableProxy;
  /** Past the proxy. */
  readonly url: string;
  readonly folder: string;
  readonly problems: StoreProblem[];
  open(options?: { readonly shared?: boolean }): Promise<GatewayStore>;
}

/** A server of its own, a proxy before it, and a limit in force, so that counters are in every batch. */
async function openSite(): Promise<Site> {
  const server = await startPostgres();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const proxy = await startCuttableProxy(server.port);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const url = await server.createDatabase();
  const folder = temporaryFolder();
  const problems: StoreProblem[] = [];
  const open = async ({ shared = false } = {}) => {
    const store = await openPostgresGatewayStore({
      shared,
      url: url.replace(String(server.port), String(proxy.port)),
      folder,
      clock: systemClock,
      report: (problem) => void problems.push(problem),
      statementMs: 3_000,
      times: { beatMs: 100, silentMs: 30_000 },
    });
    onTestFinished(() => store[Symbol.asyncDispose]());
    await addTestKey(store);
    return store;
  };
  const close = async () => {};
  return { server, proxy, url, folder, problems, open, [Symbol.asyncDispose]: close };
}

/** As a process that serves requests has it. */
async function openWorkerOf({ connect }: GatewayStore): Promise<ServingStore> {
  const end = connect?.((message) => queueMicrotask(() => opened.receive(message)));
  const opened = await openServingStore({
    dialect: 'postgresql',
    send: (message) => end?.receive(message),
    state: end?.state,
    clock: systemClock,
    report: () => undefined,
  });
  onTestFinished(() => opened.store[Symbol.asyncDispose]());
  return opened.store;
}

async function setBudget(url: string): Promise<void> {
  await runSql(
    url,
    `insert into limits (id, scope, metric, period, amount, time_zone, source, created_at, updated_at)
values ('lim', '{"key":"*"}', 'cost', 'lifetime', 1000000, 'UTC', 'admin', 1, 1)`,
  );
  await runSql(url, "update generations set value = value + 1 where name = 'limits'");
}

async function counter(url: string) {
  const [row] = await runSql(url, 'select settled::int, held::int from limit_counters');
  return [row?.settled, row?.held];
}

async function states(url: string) {
  const rows = await runSql(url, 'select id, state, cost_nanousd::int as cost from requests order by id');
  const entries = rows.map(({ id, state, cost }) => [String(id), `${state} ${cost}`] as const);
  return Object.fromEntries<string>(entries);
}

describe.skipIf(noPostgres)('PostgreSQL', { timeout: 120_000 }, () => {
  it('killed: holds are refused, settlements wait on the disk and are written when it is back', async () => {
    const { server, url, folder, problems, open } = await openSite();
    const store = await open();
    await setBudget(url);
    for (const id of ['a', 'b', 'c']) await store.ledgerWriter.hold(holdEntry(id, { worst: worth(1_000n) }));
    await server.kill();
    await expect(store.ledgerWriter.hold(holdEntry('refused'))).rejects.toMatchObject(unavailable);
    // Answered when it is safe, which it is on this machine's disk.
    await store.ledgerWriter.settle(settlement('a', { cost: 300n }));
    await Promise.all(['b', 'nobody'].map((id) => store.ledgerWriter.settle(settlement(id, { cost: 200n }))));
    expect(existsSync(join(folder, 'settlements.spool'))).toBe(true);
    expect(store.unavailable()?.reason).toMatch(/^PostgreSQL: /);
    expect(problems).toMatchObject([{ kind: 'settle-spooled', settlements: 1 }]);
    await server.start();
    await vi.waitFor(() => expect(store.unavailable()).toBe(undefined), patient);
    await vi.waitFor(
      async () => expect(await states(url)).toEqual({ a: 'settled 300', b: 'settled 200', c: 'held null' }),
      patient,
    );
    await vi.waitFor(
      () => expect(problems.at(-1)).toEqual({ kind: 'spool-replayed', settlements: 3 }),
      patient,
    );
    expect(problems).toContainEqual({ kind: 'settle-unknown-id', id: 'nobody' });
    expect(await counter(url)).toEqual([500, 1_000]);
    expect(existsSync(join(folder, 'settlements.spool'))).toBe(false);
    await store.ledgerWriter.hold(holdEntry('d', { worst: worth(1_000n) }));
    await store.ledgerWriter.settle(settlement('c', { cost: 100n }));
    expect(await counter(url)).toEqual([600, 1_000]);
  });

  it('killed while a worker was refused: it is ready again without another request', async () => {
    const { server, open } = await openSite();
    const store = await open({ shared: true });
    const worker = await openWorkerOf(store);
    await worker.ledgerWriter.hold(holdEntry('a'));
    await server.kill();
    await expect(worker.ledgerWriter.hold(holdEntry('refused'))).rejects.toMatchObject(unavailable);
    expect(worker.unavailable()).toBeDefined();
    await server.start();
    await vi.waitFor(() => expect(store.unavailable()).toBe(undefined), patient);
    await vi.waitFor(() => expect(worker.unavailable()).toBe(undefined), patient);
    await worker.ledgerWriter.hold(holdEntry('b'));
  });

  it('away when the gateway stops: what it owed is written by its next start', async () => {
    const { server, url, problems, open } = await openSite();
    const store = await open();
    await setBudget(url);
    await store.ledgerWriter.hold(holdEntry('a', { worst: worth(1_000n) }));
    await store.ledgerWriter.hold(holdEntry('never-settled', { worst: worth(1_000n) }));
    await server.kill();
    void store.ledgerWriter.settle(settlement('a', { cost: 300n }));
    await store[Symbol.asyncDispose]();
    await server.start();
    const next = await open();
    expect(await next.ledgerReader.row('a')).toMatchObject({
      state: 'settled',
      cost: 300n,
      recovered: false,
    });
    expect(await next.ledgerReader.row('never-settled')).toMatchObject({ recovered: true, cost: 0n });
    expect(next.recovered).toBe(1);
    expect(await counter(url)).toEqual([300, 0]);
    expect(problems).not.toContainEqual(expect.objectContaining({ kind: 'settle-lost' }));
  });

  it('restarted in order: the next request is served on another connection', async () => {
    const { server, url, open } = await openSite();
    const store = await open();
    await setBudget(url);
    await store.ledgerWriter.hold(holdEntry('a', { worst: worth(1_000n) }));
    await server.stop();
    await server.start();
    await vi.waitFor(() => store.ledgerWriter.hold(holdEntry('b', { worst: worth(1_000n) })), patient);
    await store.ledgerWriter.settle(settlement('a', { cost: 1n }));
    await vi.waitFor(async () => expect(await counter(url)).toEqual([1, 1_000]), patient);
    expect(await store.keyReader.keys({ limit: 10 })).toMatchObject({ items: [{ id: 'key_test' }] });
  });

  it.each(['before', 'after'] as const)(
    'cut off %s it hears the commit of a hold: the hold is refused, and no row stays held',
    async (when) => {
      const { proxy, url, open } = await openSite();
      const store = await open();
      await setBudget(url);
      await store.ledgerWriter.hold(holdEntry('first', { worst: worth(1_000n) }));
      const cut = proxy.cutAt('commit', when);
      await expect(
        store.ledgerWriter.hold(holdEntry('doubtful', { worst: worth(1_000n) })),
      ).rejects.toMatchObject(unavailable);
      await cut;
      await vi.waitFor(async () => {
        const { doubtful } = await states(url);
        expect(doubtful).toBe(when === 'after' ? 'released 0' : undefined);
      }, patient);
      await vi.waitFor(async () => expect(await counter(url)).toEqual([0, 1_000]), patient);
      await store.ledgerWriter.hold(holdEntry('next', { worst: worth(1_000n) }));
      expect(await counter(url)).toEqual([0, 2_000]);
      const [hours] = await runSql(
        url,
        'select coalesce(sum(requests), 0)::int as requests from usage_hours',
      );
      expect(hours).toEqual({ requests: 0 });
    },
  );

  it.each(['before', 'after'] as const)(
    'cut off %s it hears the commit of a settlement: it is charged once',
    async (when) => {
      const { proxy, url, problems, open } = await openSite();
      const store = await open();
      await setBudget(url);
      await store.ledgerWriter.hold(holdEntry('a', { worst: worth(1_000n) }));
      const cut = proxy.cutAt('commit', when);
      await store.ledgerWriter.settle(settlement('a', { cost: 300n }));
      await cut;
      await vi.waitFor(() => expect(problems.at(-1)).toMatchObject({ kind: 'spool-replayed' }), patient);
      expect(await states(url)).toEqual({ a: 'settled 300' });
      expect(await counter(url)).toEqual([300, 0]);
      const [hours] = await runSql(
        url,
        'select sum(requests)::int as requests, sum(cost_nanousd)::int as cost from usage_hours',
      );
      expect(hours).toEqual({ requests: 1, cost: 300 });
    },
  );

  it('cut off again and again under load: the sums are those of the answers', async () => {
    const { proxy, url, open, problems } = await openSite();
    const store = await open();
    await setBudget(url);
    const held = new Map<string, bigint>();
    let over = false;
    const cutter = (async () => {
      for (let round = 0; !over; round++) {
        const before = held.size;
        await new Promise((resolve) => setTimeout(resolve, 20 + (round % 7) * 10));
        // A machine so busy that no hold gets through between two cuts would try nothing.
        while (!over && held.size === before) await new Promise((resolve) => setTimeout(resolve, 5));
        proxy.cut();
      }
    })();
    await Promise.all(
      Array.from({ length: 20 }, async (_, client) => {
        for (let count = 0; count < 25; count++) {
          const id = `${client}-${count}`;
          const granted = await store.ledgerWriter
            .hold(holdEntry(id, { worst: worth(100n) }))
            .catch(() => undefined);
          if (!granted) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            continue;
          }
          held.set(id, BigInt(count));
          await store.ledgerWriter.settle(settlement(id, { cost: BigInt(count) }));
        }
      }),
    );
    over = true;
    await cutter;
    await store[Symbol.asyncDispose]();
    await (await open())[Symbol.asyncDispose]();
    const spent = Number([...held.values()].reduce((sum, cost) => sum + cost, 0n));
    expect(held.size).toBeGreaterThan(0);
    const found = Object.entries(await states(url));
    expect(found.filter(([, state]) => state.startsWith('held'))).toEqual([]);
    const charged = found.filter(([, state]) => state.startsWith('settled'));
    expect(charged.map(([id]) => id).sort()).toEqual([...held.keys()].sort());
    expect(await counter(url)).toEqual([spent, 0]);
    expect(problems).not.toContainEqual(expect.objectContaining({ kind: 'settle-lost' }));
  });

  it('behind a network that swallows packets: holds fail after the timeout, not never', async () => {
    const { proxy, url, open } = await openSite();
    const store = await open();
    await store.ledgerWriter.hold(holdEntry('a'));
    proxy.swallow(true);
    await expect(store.ledgerWriter.hold(holdEntry('b'))).rejects.toMatchObject(unavailable);
    // Behind a connection that does not answer nobody waits in a line.
    const refused = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => store.ledgerWriter.hold(holdEntry(`c${index}`))),
    );
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
    await store.ledgerWriter.settle(settlement('a', { cost: 7n }));
    proxy.swallow(false);
    proxy.cut();
    await vi.waitFor(async () => expect((await states(url)).a).toBe('settled 7'), patient);
  });
});
