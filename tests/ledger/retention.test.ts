// Old rows leave and nothing else does: held rows stay, sums per hour stay, counters stay right, and the check of the ledger
// knows how far back the rows go.
import { describe, expect, test } from 'vitest';
import { createRetention, startUpkeep } from '../../src/accounts/ledger-retention.ts';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { GatewayStore } from '../../src/core/store.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { databases, stopPostgresAfterAll, type TestDatabase } from './databases.ts';
import { holdEntry, manualClock, settlement, worth } from './fixtures.ts';

stopPostgresAfterAll();

const hour = 3_600_000;
const day = 24 * hour;
/** Monday, 2023-11-13T00:00Z. */
const monday = 1_699_833_600_000;

async function verifyNow(database: TestDatabase) {
  const [folder = '', url] = database.arguments;
  const databaseUrl = url === undefined ? undefined : { reveal: () => url };
  await using snapshot = await openLedgerSnapshot(
    { dataFolder: folder, databaseUrl },
    { clock: systemClock },
  );
  return await verifyLedger(snapshot);
}

async function write(store: GatewayStore, id: string, startedAt: number, settles = true): Promise<void> {
  const worst = worth(1_000n, 100);
  await store.ledgerWriter.hold(holdEntry(id, { startedAt, worst, priceVersion: 'free', endUser: 'ann' }));
  if (settles) await store.ledgerWriter.settle(settlement(id, { cost: 0n }));
}

/** Ten days, four requests a day; one of the first day is still held. */
async function writeTenDays(database: TestDatabase): Promise<GatewayStore> {
  const { store } = await database.open();
  const free = { version: 'free', model: 'm', terms: '{"input":"0","output":"0"}' };
  await store.prices.record([{ ...free, source: 'seed', validFrom: 1, createdAt: 1 }]);
  const limits = [
    ['limit_life', '{"key":"*"}', 'tokens', 'lifetime', 'UTC'],
    ['limit_month', '{"project":"proj_test"}', 'requests', 'month', 'America/New_York'],
    ['limit_day', '{"project":"proj_test"}', 'requests', 'day', 'Asia/Kolkata'],
    ['limit_user', '{"end_user":"*"}', 'requests', 'lifetime', 'UTC'],
  ];
  for (const [id, scope, metric, period, zone] of limits) {
    await database.sql(
      `insert into limits (id, scope, metric, period, amount, time_zone, source, created_at, updated_at) values ('${id}', '${scope}', '${metric}', '${period}', 1000000000000, '${zone}', 'admin', 1, 1)`,
    );
  }
  await database.sql(`update generations set value = value + 1 where name = 'limits'`);
  for (let index = 0; index < 40; index++) {
    await write(store, `req_${String(index).padStart(4, '0')}`, monday + index * 6 * hour + 9, index !== 1);
  }
  return store;
}

async function idsOf(database: TestDatabase): Promise<string[]> {
  return (await database.sql('select id from requests order by id')).map(({ id }) => String(id));
}

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    test('rows older than they are kept leave in batches; what is held stays, and every sum', async () => {
      const database = await kind.create();
      const store = await writeTenDays(database);
      const hours = await database.sql('select count(*) as n, sum(requests) as requests from usage_hours');
      const clock = manualClock(monday + 10 * day + 1);
      const { tick } = createRetention(store.upkeep, clock, () => 4 * day);
      expect(await tick()).toBe(false);
      const left = await idsOf(database);
      expect(left).toHaveLength(17);
      expect(left.slice(0, 2)).toEqual(['req_0001', 'req_0024']);
      expect(await database.sql('select count(*) as n, sum(requests) as requests from usage_hours')).toEqual(
        hours,
      );
      const result = await verifyNow(database);
      expect(result).toMatchObject({ rows: 17, held: 1, findings: [], wrong: 0, horizon: monday + 6 * day });
      // Rows of one end user are counted by the rows alone, and days of Kolkata begin at half past.
      expect(result.skippedCounters).toBeGreaterThan(0);

      await store.ledgerWriter.settle(settlement('req_0001', { cost: 0n }));
      await write(store, 'req_9999', monday + 10 * day);
      expect(await verifyNow(database)).toMatchObject({ rows: 18, held: 0, findings: [], wrong: 0 });
      expect(await tick()).toBe(false);
      expect(await verifyNow(database)).toMatchObject({ rows: 17, findings: [], wrong: 0 });
    });

    test('a batch is bounded, the oldest go first, and a clock that was set back brings no row back into danger', async () => {
      const database = await kind.create();
      const store = await writeTenDays(database);
      expect(await store.upkeep.deleteBefore(monday + 6 * day, 10)).toBe(9);
      expect((await idsOf(database)).slice(0, 2)).toEqual(['req_0001', 'req_0010']);
      expect(await verifyNow(database)).toMatchObject({ rows: 31, findings: [], wrong: 0 });
      // Back to the second day: nothing is due, and what is known to be incomplete stays known.
      expect(await store.upkeep.deleteBefore(monday + day, 10)).toBe(0);
      expect((await verifyNow(database)).horizon).toBe(monday + 6 * day);
    });

    test('damage on either side of the horizon is found', async () => {
      const database = await kind.create();
      const store = await writeTenDays(database);
      await store.upkeep.deleteBefore(monday + 6 * day, 1_000);
      await database.sql(`update usage_hours set requests = requests + 1 where hour = ${monday}`);
      await database.sql(`update usage_hours set requests = requests + 1 where hour = ${monday + 7 * day}`);
      const { findings } = await verifyNow(database);
      expect(findings).toContainEqual(
        expect.objectContaining({ kind: 'counter', what: 'settled (requests)', expected: '40', found: '39' }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({ kind: 'hour', what: 'requests', expected: '1', found: '2' }),
      );
    });
  });
}

describe('the pace', () => {
  const upkeep = (deleted: number[]) => ({
    calls: [] as number[],
    deleteBefore(horizon: number) {
      this.calls.push(horizon);
      return Promise.resolve(deleted.shift() ?? 0);
    },
  });

  test('kept for ever is never asked for; a reload is followed; the horizon is a whole hour and never falls', async () => {
    const parts = upkeep([]);
    const clock = manualClock(monday + 10 * day + 1_234);
    let keep: number | undefined;
    const { tick } = createRetention(parts, clock, () => keep);
    expect(await tick()).toBe(false);
    expect(parts.calls).toEqual([]);
    keep = day;
    await tick();
    clock.advance(-5 * day);
    await tick();
    expect(parts.calls).toEqual([monday + 9 * day, monday + 9 * day]);
  });

  test('a full batch is followed soon, until there is nothing left; a failure is told and tried again', async () => {
    const told: unknown[] = [];
    let ticks = 0;
    const finished = Promise.withResolvers<void>();
    const work = startUpkeep(
      async () => {
        ticks++;
        if (ticks === 2) throw new Error('away');
        if (ticks === 4) finished.resolve();
        return ticks === 1;
      },
      (error) => told.push(error),
      { pauseMs: 1, restMs: 2 },
    );
    await finished.promise;
    await work[Symbol.asyncDispose]();
    const after = ticks;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([ticks, told]).toEqual([after, [new Error('away')]]);
  });
});
