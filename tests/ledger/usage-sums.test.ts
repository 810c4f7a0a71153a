// Sums of days, hours and errors are exactly those of the rows: of any stretch of time, in any zone, by any dimension, after
// an upgrade too. On every database.
import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { bucketsOf } from '../../src/accounts/usage-buckets.ts';
import { readOutcomes } from '../../src/admin/resources/usage-outcomes.ts';
import { readInSlices } from '../../src/admin/resources/usage-slices.ts';
import { createWindowOf } from '../../src/budgets/window.ts';
import { systemClock } from '../../src/core/clock.ts';
import { firstIdOf } from '../../src/core/request-ids.ts';
import type { GatewayStore } from '../../src/core/store.ts';
import { hourMs, latencySteps, stepOf } from '../../src/core/usage-hours.ts';
import type { UsageGrouping, UsageQuery, UsageSum } from '../../src/core/usage-report.ts';
import { usageDays } from '../../src/store/migrations/0011-usage-days.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { databases, stopPostgresAfterAll, type TestDatabase } from './databases.ts';
import { holdEntry, settlement } from './fixtures.ts';

stopPostgresAfterAll();

/** 2026-10-20T00:00Z: the clocks of Europe change on the 25th, those of America on 1 November. */
const start = Date.parse('2026-10-20T00:00:00Z');
const models = ['gpt-5.1', 'small', 'rare'];
const steps = [...latencySteps, 0];
const errors = ['upstream_error', 'client_aborted', 'upstream_timeout'];

interface Written {
  readonly startedAt: number;
  readonly model: string;
  readonly cost: bigint;
  readonly input: number;
  readonly durationMs: number;
  readonly error: string | undefined;
}

/** Rows over 15 days: in no hour the same, none in some. */
async function write({ ledgerWriter }: GatewayStore): Promise<Written[]> {
  const rows: Written[] = [];
  for (let index = 0; index < 400; index++) {
    const startedAt = start + Math.floor(((index * 7919) % 360) * hourMs + ((index * 104_729) % hourMs));
    rows.push({
      startedAt,
      model: models[index % 17 === 0 ? 2 : index % 2] ?? '',
      cost: BigInt(1 + index * 2),
      input: 10 + index,
      durationMs: 10 + ((index * 37) % 3_000),
      error: index % 11 === 0 ? errors[(index / 11) % 3] : undefined,
    });
  }
  await Promise.all(
    rows.map(async ({ startedAt, model, cost, input, durationMs, error }, index) => {
      const id = `${firstIdOf(startedAt)}${String(index).padStart(14, '0')}`;
      await ledgerWriter.hold(holdEntry(id, { model, startedAt, endUser: `user ${index % 5}` }));
      await ledgerWriter.settle(
        settlement(id, {
          cost,
          usage: { input, output: 1 },
          durationMs,
          ...(error === undefined ? {} : { error }),
        }),
      );
    }),
  );
  return rows;
}

async function findings(database: TestDatabase) {
  const [dataFolder = '', url] = database.arguments;
  const databaseUrl = url === undefined ? undefined : { reveal: () => url };
  await using snapshot = await openLedgerSnapshot({ dataFolder, databaseUrl }, { clock: systemClock });
  const { findings: found } = await verifyLedger(snapshot);
  return found.filter(({ kind }) => ['hour', 'day', 'errors', 'error-day'].includes(kind));
}

describe.each(databases)('on $name', ({ create, missing }) => {
  const test = it.skipIf(missing !== undefined);

  test('have the times of their rows beside them, where those are few', async () => {
    const database = await create();
    const { store } = await database.open();
    const rows = await write(store);
    const { usageReader } = store.admin;
    const [from, to] = [start + 24 * hourMs, start + 200 * hourMs];
    const model = 'rare';
    const inRange = rows.filter(({ startedAt }) => startedAt >= from && startedAt < to);
    const found = await usageReader.latencies({ from, to, model, most: 400 });
    expect(found?.map(({ startedAt, durationMs }) => [startedAt, durationMs]).sort()).toEqual(
      inRange
        .filter((row) => row.model === model)
        .map(({ startedAt, durationMs }) => [startedAt, durationMs])
        .sort(),
    );
    expect(found?.length).toBeGreaterThan(3);
    // The bound is on what is read, whatever the filter leaves of it.
    expect(await usageReader.latencies({ from, to, model, most: 50 })).toBe(undefined);
  });

  test('are those of the rows, however time is cut', async () => {
    const database = await create();
    const { store } = await database.open();
    const rows = await write(store);
    const windowOf = createWindowOf();
    const { usageReader } = store.admin;
    const zones = ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland'];
    // In hours from the first: whole, uneven, within one day, empty.
    const stretches = [
      [0, 360],
      [5, 331],
      [17, 20],
      [100, 130],
      [400, 500],
    ] as const;
    for (const timeZone of zones) {
      for (const size of ['hour', 'day', 'week', 'month'] as const) {
        for (const [first, last] of stretches) {
          const range = { from: start + first * hourMs, to: start + last * hourMs };
          const buckets = bucketsOf(size, range, { windowOf, timeZone }, 1_000) ?? [];
          const time: UsageGrouping = size === 'hour' ? 'hour' : 'bucket';
          const sums = await usageReader.usage({
            ...range,
            groupBy: [time, 'model'],
            buckets: buckets.map(({ start: begins }) => begins),
            histograms: 'duration',
          });
          const found = Object.fromEntries(
            sums.map(({ group, requests, errors: wrong, input, cost, duration }) => [
              `${group[time]} ${group.model}`,
              { requests, wrong, input, cost, duration: [...duration] },
            ]),
          );
          const expected: typeof found = {};
          for (const row of rows) {
            const hour = row.startedAt - (row.startedAt % hourMs);
            if (hour < range.from || hour >= range.to) continue;
            const begins = buckets.findLast((bucket) => bucket.start <= hour)?.start;
            const name = `${begins} ${row.model}`;
            const sum = expected[name] ?? {
              requests: 0,
              wrong: 0,
              input: 0,
              cost: 0n,
              duration: steps.map(() => 0),
            };
            expected[name] = sum;
            sum.requests++;
            sum.wrong += row.error === undefined ? 0 : 1;
            sum.input += row.input;
            sum.cost += row.cost;
            const step = stepOf(row.durationMs);
            sum.duration[step] = (sum.duration[step] ?? 0) + 1;
          }
          expect(found, `${timeZone} ${size} ${first}`).toEqual(expected);
        }
      }
    }
  });

  test('are the same in slices, and are counted before they are made', async () => {
    const database = await create();
    const { store } = await database.open();
    const rows = await write(store);
    const { usageReader } = store.admin;
    const range = { from: start + 3 * hourMs, to: start + 350 * hourMs };
    const inRange = rows.filter(({ startedAt }) => startedAt >= range.from && startedAt < range.to);
    for (const size of ['hour', 'day'] as const) {
      const buckets =
        bucketsOf(size, range, { windowOf: createWindowOf(), timeZone: 'Europe/Berlin' }, 2_000) ?? [];
      const groupBy: UsageGrouping[] = [size === 'hour' ? 'hour' : 'bucket', 'model'];
      const starts = buckets.map(({ start: begins }) => begins);
      const query = { ...range, groupBy, buckets: starts, histograms: true };
      const whole = await usageReader.usage(query);
      const reads: UsageQuery[] = [];
      const counting = {
        usage: (slice: UsageQuery) => {
          reads.push(slice);
          return usageReader.usage(slice);
        },
        countGroups: () => Promise.resolve(9_999),
      };
      const sliced = await readInSlices(counting, query, buckets);
      const inOrder = (sums: readonly UsageSum[]) =>
        sums.toSorted((a, b) => (JSON.stringify(a.group) < JSON.stringify(b.group) ? -1 : 1));
      expect(inOrder(sliced)).toEqual(inOrder(whole));
      expect(reads.length).toBeGreaterThan(8);
      expect(sliced.reduce((sum, { requests }) => sum + requests, 0)).toBe(inRange.length);
      const counted = await usageReader.countGroups(query, 10_000);
      // Days of UTC stand for those of the zone.
      if (size === 'hour') expect(counted).toBe(whole.length);
      else expect(Math.abs(counted - whole.length)).toBeLessThan(8);
      expect(await usageReader.countGroups(query, 10)).toBe(11);
      reads.length = 0;
      await expect(
        readInSlices({ ...counting, countGroups: () => Promise.resolve(10_001) }, query, buckets),
      ).rejects.toThrow(/more than 10,000 rows of this; ask for a shorter time/);
      expect(reads).toEqual([]);
    }
    expect(await usageReader.countGroups({ ...range, groupBy: ['model'], histograms: false }, 10)).toBe(3);
    const top = { dimension: 'model', values: ['small'] } as const;
    expect(await usageReader.countGroups({ ...range, groupBy: ['model'], top, histograms: false }, 10)).toBe(
      2,
    );
    expect(await usageReader.countGroups({ ...range, groupBy: ['error'], histograms: false }, 10)).toBe(3);
  });

  test('tell errors by their code, the top from the others, and one model from all', async () => {
    const database = await create();
    const { store } = await database.open();
    const rows = await write(store);
    const { usageReader } = store.admin;
    const range = { from: start + hourMs, to: start + 340 * hourMs, histograms: false };
    const inRange = rows.filter(({ startedAt }) => startedAt >= range.from && startedAt < range.to);
    const byCode = await usageReader.usage({ ...range, groupBy: ['error'] });
    expect(Object.fromEntries(byCode.map(({ group, errors: count }) => [group.error, count]))).toEqual(
      Object.fromEntries(errors.map((code) => [code, inRange.filter(({ error }) => error === code).length])),
    );
    const countOf = (...codes: unknown[]) => inRange.filter(({ error }) => codes.includes(error)).length;
    expect(await readOutcomes(usageReader, range)).toEqual({
      ended: inRange.length,
      failed: countOf('upstream_error', 'upstream_timeout'),
      aborted: countOf('client_aborted'),
    });
    const top = await usageReader.usage({
      ...range,
      groupBy: ['bucket', 'model'],
      buckets: [range.from],
      top: { dimension: 'model', values: ['small'] },
    });
    const costOf = (wanted: (model: string) => boolean) =>
      inRange.filter(({ model }) => wanted(model)).reduce((sum, { cost }) => sum + cost, 0n);
    expect(top.map(({ group, cost }) => [group.model, cost]).sort()).toEqual(
      [
        ['small', costOf((model) => model === 'small')],
        [undefined, costOf((model) => model !== 'small')],
      ].sort(),
    );
    const rare = await usageReader.usage({ ...range, groupBy: [], model: 'rare' });
    expect(rare).toMatchObject([{ cost: costOf((model) => model === 'rare') }]);
    expect(await usageReader.usage({ ...range, groupBy: [], model: 'none' })).toMatchObject([
      { requests: 0 },
    ]);
  });

  test('of end users come from the newest rows, and say how far that went', async () => {
    const database = await create();
    const { store } = await database.open();
    const rows = await write(store);
    const range = { from: start, to: start + 400 * hourMs };
    const { usageReader } = store.admin;
    const whole = await usageReader.endUsers({ ...range, byHour: false, most: 1_000 });
    expect(whole).toMatchObject({ rows: 400 });
    expect(whole.endedAt).toBeUndefined();
    expect(whole.sums).toHaveLength(5);
    expect(whole.sums.reduce((sum, { cost }) => sum + cost, 0n)).toBe(
      rows.reduce((sum, { cost }) => sum + cost, 0n),
    );
    const one = await usageReader.endUsers({
      ...range,
      byHour: true,
      most: 1_000,
      endUser: 'user 1',
      top: [],
    });
    expect(one.rows).toBe(80);
    expect(one.sums.reduce((sum, { requests }) => sum + requests, 0)).toBe(80);
    const bounded = await usageReader.endUsers({ ...range, byHour: false, most: 100 });
    const times = rows.map(({ startedAt }) => startedAt).sort((a, b) => b - a);
    expect(bounded).toMatchObject({ rows: 100, endedAt: times[99] });
    expect(bounded.sums.reduce((sum, { requests }) => sum + requests, 0)).toBe(100);
  });

  test('an upgrade makes of the hours and rows what would have been upkept', async () => {
    const database = await create();
    const { store } = await database.open();
    await write(store);
    expect(await findings(database)).toEqual([]);
    for (const table of ['usage_days', 'usage_errors', 'usage_error_days']) {
      await database.sql(`delete from ${table}`);
    }
    expect((await findings(database)).length).toBeGreaterThan(10);
    for (const statement of usageDays.statements) {
      if (statement.startsWith('insert')) await database.sql(statement);
    }
    expect(await findings(database)).toEqual([]);
  });
});
