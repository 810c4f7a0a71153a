// Several nodes on one PostgreSQL: what one reserves the others see, what a dead one held is closed once by another, what it
// settles later takes the place of that, and a budget is never passed.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Limit } from '../../src/core/limits.ts';
import type { GatewayStore, StoreProblem } from '../../src/core/store.ts';
import { openPostgresGatewayStore } from '../../src/store/postgres/open.ts';
import { noPostgres, runSql, startPostgres } from '../support/postgres.ts';
import { postgresServer, stopPostgresAfterAll } from './databases.ts';
import { addTestKey, holdEntry, keyId, settlement, temporaryFolder, worth } from './fixtures.ts';
import { busyNode } from './postgres-node.ts';

stopPostgresAfterAll();

const patient = { timeout: 60_000, interval: 50 };

interface OpenNode {
  readonly store: GatewayStore;
  readonly problems: StoreProblem[];
}

async function openNode(url: string, folder = temporaryFolder(), silentMs = 60_000): Promise<OpenNode> {
  const problems: StoreProblem[] = [];
  const report = (problem: StoreProblem) => void problems.push(problem);
  const times = { beatMs: 100, silentMs };
  const store = await openPostgresGatewayStore({
    url,
    folder,
    clock: systemClock,
    report,
    times,
    statementMs: 20_000,
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
  await addTestKey(store);
  return { store, problems };
}

const newDatabase = async () => (await postgresServer()).createDatabase();

/** In force for every node from its next batch on. */
async function setLimit(url: string, change: Partial<Limit> & { readonly amount: bigint }): Promise<void> {
  const { scope = { key: keyId }, metric = 'cost', window = 'lifetime', amount } = change;
  await runSql(
    url,
    `insert into limits (id, scope, metric, period, amount, time_zone, source, created_at, updated_at)
values ('lim_' || $2 || $3, $1, $2, $3, $4, 'UTC', 'admin', 1, 1)`,
    [JSON.stringify(scope), metric, window, amount],
  );
  await runSql(url, "update generations set value = value + 1 where name = 'limits'");
}

async function counters(url: string) {
  const rows = await runSql<{ limit_id: string; settled: string; held: string }>(
    url,
    'select limit_id, settled, held from limit_counters order by limit_id, window_start',
  );
  return Object.fromEntries(rows.map((row) => [row.limit_id, [Number(row.settled), Number(row.held)]]));
}

async function row(url: string, id: string) {
  const [found] = await runSql(
    url,
    `select state, recovered::int, cost_nanousd::int as cost, uncharged_nanousd::int as uncharged, hold_tokens::int as tokens
from requests where id = $1`,
    [id],
  );
  return found;
}

async function sumsPerHour(url: string) {
  const [sums] = await runSql(
    url,
    'select sum(requests)::int as requests, sum(cost_nanousd)::int as cost, sum(charged_tokens)::int as tokens from usage_hours',
  );
  return sums;
}

describe.skipIf(noPostgres)('several nodes on one PostgreSQL', { timeout: 120_000 }, () => {
  it('start at once on an empty database, each with an epoch of its own', async () => {
    const url = await newDatabase();
    const nodes = await Promise.all([1, 2, 3, 4].map(() => openNode(url)));
    expect(nodes.map(({ store }) => store.epoch).sort()).toEqual([1, 2, 3, 4]);
    expect(await nodes[0]?.store.integrity()).toEqual([]);
  });

  it('admit exactly what a budget pays for: 500 holds at once on three of them', async () => {
    const url = await newDatabase();
    const nodes = await Promise.all([1, 2, 3].map(() => openNode(url)));
    await setLimit(url, { amount: 37_500n });
    await setLimit(url, { metric: 'tokens', window: 'minute', amount: 1_000_000n });
    let worst = 0;
    let over = false;
    const sampler = (async () => {
      while (!over) {
        const [settled = 0, held = 0] = (await counters(url)).lim_costlifetime ?? [];
        worst = Math.max(worst, settled + held);
      }
    })();
    const results = await Promise.allSettled(
      Array.from({ length: 500 }, async (_, index) => {
        const { store } = nodes[index % 3] as OpenNode;
        const id = `r${index}`;
        await store.ledgerWriter.hold(holdEntry(id, { worst: worth(1_000n, 10) }));
        await delay(index % 5);
        const cost = 1_000n;
        await store.ledgerWriter.settle(settlement(id, { cost, usage: { input: 5, output: 5 } }));
        return cost;
      }),
    );
    over = true;
    await sampler;
    const paid = results.flatMap((result) => (result.status === 'fulfilled' ? [Number(result.value)] : []));
    const spent = paid.reduce((sum, cost) => sum + cost, 0);
    expect(worst).toBeLessThanOrEqual(37_500);
    expect(paid.length).toBe(37);
    expect(await counters(url)).toMatchObject({ lim_costlifetime: [spent, 0] });
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'LimitExceeded' });
    }
    const more = (cost: bigint) => holdEntry(`more-${cost}`, { worst: worth(cost) });
    await expect(nodes[0]?.store.ledgerWriter.hold(more(501n))).rejects.toMatchObject({
      name: 'LimitExceeded',
    });
    const [count] = await runSql(url, 'select count(*)::int as count from requests');
    expect(count).toEqual({ count: paid.length });
    expect(await sumsPerHour(url)).toEqual({
      requests: paid.length,
      cost: spent,
      tokens: 10 * paid.length,
    });
    await nodes[1]?.store.ledgerWriter.hold(more(500n));
  });

  it('count what was spent before a limit was made, also what the others have under way', async () => {
    const url = await newDatabase();
    const [first, second] = [await openNode(url), await openNode(url)];
    await first.store.ledgerWriter.hold(holdEntry('spent', { worst: worth(1_000n) }));
    await first.store.ledgerWriter.settle(settlement('spent', { cost: 600n }));
    await first.store.ledgerWriter.hold(holdEntry('under-way', { worst: worth(1_000n) }));
    await setLimit(url, { amount: 2_000n, window: 'month' });
    await expect(
      second.store.ledgerWriter.hold(holdEntry('too-much', { worst: worth(401n) })),
    ).rejects.toMatchObject({ refusal: { settled: 600n, held: 1_000n, needed: 401n } });
    await second.store.ledgerWriter.hold(holdEntry('fits', { worst: worth(400n) }));
    await first.store.ledgerWriter.settle(settlement('under-way', { cost: 100n }));
    expect(await counters(url)).toEqual({ lim_costmonth: [700, 400] });
  });

  it('obey a revocation and a new limit at the next hold, and notice limits by themselves', async () => {
    const url = await newDatabase();
    const [first, second] = [await openNode(url), await openNode(url)];
    await second.store.ledgerWriter.hold(holdEntry('a'));
    expect(second.store.ledgerWriter.metersContent()).toBe(false);
    await setLimit(url, { amount: 1n });
    await vi.waitFor(() => expect(second.store.ledgerWriter.metersContent()).toBe(true), patient);
    await expect(second.store.ledgerWriter.hold(holdEntry('b'))).rejects.toMatchObject({
      name: 'LimitExceeded',
    });
    await first.store.keyWriter.revokeKey(keyId, 1);
    await expect(second.store.ledgerWriter.hold(holdEntry('c'))).rejects.toMatchObject({
      code: 'invalid_api_key',
    });
  });

  it('close what a killed node held, once, at its checkpoints, and give back the rest', async () => {
    const url = await newDatabase();
    const watchers = await Promise.all([1, 2].map(() => openNode(url, temporaryFolder(), 2_000)));
    await setLimit(url, { amount: 1_000_000n });
    await using victim = await busyNode(url, temporaryFolder(), 'hold');
    await victim.said('ready');
    expect(await counters(url)).toEqual({ lim_costlifetime: [0, 3_000] });
    victim.process.kill('SIGKILL');
    await vi.waitFor(
      async () => expect(await counters(url)).toEqual({ lim_costlifetime: [250, 0] }),
      patient,
    );
    expect(await row(url, 'with-checkpoint')).toMatchObject({ state: 'settled', recovered: 1, cost: 250 });
    expect(await row(url, 'without')).toMatchObject({ state: 'settled', recovered: 1, cost: 0 });
    await delay(500);
    const told = watchers.flatMap(({ problems }) => problems.filter(({ kind }) => kind === 'node-recovered'));
    expect(told).toEqual([expect.objectContaining({ rows: 3 })]);
    expect(await sumsPerHour(url)).toMatchObject({ requests: 3, cost: 250 });
  });

  it('an outage longer than the silence declares nobody dead who comes back from it', async () => {
    const server = await startPostgres();
    onTestFinished(() => server[Symbol.asyncDispose]());
    const url = await server.createDatabase();
    const nodes = await Promise.all([1, 2, 3].map(() => openNode(url, temporaryFolder(), 2_000)));
    await Promise.all(nodes.map(({ store }, index) => store.ledgerWriter.hold(holdEntry(`r${index}`))));
    await server.kill();
    await delay(3_000);
    await server.start();
    await vi.waitFor(() => {
      for (const { store } of nodes) expect(store.unavailable()).toBe(undefined);
    }, patient);
    await Promise.all(nodes.map(({ store }, index) => store.ledgerWriter.settle(settlement(`r${index}`))));
    const dead = nodes.flatMap(({ problems }) =>
      problems.filter(({ kind }) => kind === 'node-declared-dead' || kind === 'node-recovered'),
    );
    expect(dead).toEqual([]);
  });

  it('a node that stood still goes on under a new epoch, and what it settles takes the place of what was recovered', async () => {
    const url = await newDatabase();
    const watcher = await openNode(url, temporaryFolder(), 2_000);
    await setLimit(url, { amount: 3_100n });
    await using paused = await busyNode(url, temporaryFolder(), 'hold');
    await paused.said('ready');
    paused.process.kill('SIGSTOP');
    await vi.waitFor(
      async () => expect(await counters(url)).toEqual({ lim_costlifetime: [250, 0] }),
      patient,
    );
    // Others were promised what it had held: 2,850 were left, 2,500 are taken.
    await watcher.store.ledgerWriter.hold(holdEntry('other', { worst: worth(2_500n) }));
    paused.process.kill('SIGCONT');
    paused.process.stdin?.write('settle\n');
    await paused.said('settled');
    // It settles 700, 700 and 0: of the 450 that the first needs on top of 250 only 350 are left, for the second nothing.
    expect(await counters(url)).toEqual({ lim_costlifetime: [600, 2_500] });
    expect(await row(url, 'with-checkpoint')).toMatchObject({ recovered: 0, cost: 600, uncharged: 100 });
    expect(await row(url, 'without')).toMatchObject({ recovered: 0, cost: 0, uncharged: 700 });
    expect(await row(url, 'released')).toMatchObject({ state: 'released', recovered: 0, cost: 0 });
    expect(await sumsPerHour(url)).toMatchObject({ requests: 2, cost: 600 });
    // Again is no change; a new hold is under the new epoch.
    paused.process.stdin?.write('settle\n');
    await paused.said('settled');
    expect(await counters(url)).toEqual({ lim_costlifetime: [600, 2_500] });
    await watcher.store.ledgerWriter.settle(settlement('other', { state: 'released', cost: 0n }));
    paused.process.stdin?.write('hold-again\n');
    await paused.said('held');
    const [again] = await runSql(
      url,
      `select requests.node_epoch = (select max(epoch) from nodes) as newest from requests where id = 'again'`,
    );
    expect(again).toEqual({ newest: true });
    paused.process.kill('SIGTERM');
    await once(paused.process, 'exit');
  });

  it('a restart on the same folder closes what the last run left at once', async () => {
    const url = await newDatabase();
    const folder = temporaryFolder();
    await (await openNode(url)).store[Symbol.asyncDispose]();
    const victim = await busyNode(url, folder, 'hold');
    await victim.said('ready');
    victim.process.kill('SIGKILL');
    await once(victim.process, 'exit');
    const { store } = await openNode(url, folder);
    expect(store.recovered).toBe(3);
    expect(await store.integrity()).toEqual([]);
    await store[Symbol.asyncDispose]();
    expect((await openNode(url, folder)).store.recovered).toBe(0);
  });

  it('a node that is older than the schema is refused', async () => {
    const url = await newDatabase();
    await (await openNode(url)).store[Symbol.asyncDispose]();
    await runSql(url, "insert into schema_migrations values (99, 'future', 'x', 1)");
    await expect(openNode(url)).rejects.toMatchObject({
      code: 'schema_newer',
      message: expect.stringContaining('newer Tollgate'),
    });
  });
});
