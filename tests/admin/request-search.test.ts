// Searching the ledger on every database: each filter finds exactly the rows it is about, whichever index, hour or slice it goes by;
// and what is told of a row while it happens is what the search says of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { firstIdOf } from '../../src/core/request-ids.ts';
import { matchesFilter } from '../../src/core/request-match.ts';
import type { RequestFilter, RequestRow } from '../../src/core/request-search.ts';
import type { GatewayStore } from '../../src/core/store.ts';
import { hourMs, hourOf } from '../../src/core/usage-hours.ts';
import type { CompiledQuery, QueryRunner } from '../../src/store/sql/query-runner.ts';
import { createRequestReader } from '../../src/store/sql/requests.ts';
import { createSqliteCompiler } from '../../src/store/sqlite/compile.ts';
import { databases, stopPostgresAfterAll } from '../ledger/databases.ts';
import { holdEntry, keyId, settlement, worth } from '../ledger/fixtures.ts';

stopPostgresAfterAll();

const rowsInAll = 90;
const errors = ['upstream_timeout', 'client_aborted', 'upstream_error'];

/** Rows of every kind, spread over ten hours; some are still held, one of them with a checkpoint. */
async function fill(store: GatewayStore, now: number): Promise<void> {
  for (let index = 0; index < rowsInAll; index++) {
    const startedAt = hourOf(now) - (index % 10) * hourMs + index * 7_000;
    const id = `${firstIdOf(startedAt)}${String(index).padStart(14, 'aB')}`;
    const model = index % 17 === 0 ? 'rare' : 'common';
    const endUser = index % 4 === 0 ? undefined : `user ${index % 3}`;
    const stream = index % 2 === 0;
    await store.ledgerWriter.hold(
      holdEntry(id, { model, startedAt, endUser, stream, worst: worth(1_000_000n) }),
    );
    if (index % 11 === 0) {
      if (index === 33) {
        const usage = { input: 3, output: 4 };
        store.ledgerWriter.checkpoint({ id, usage, usageSource: 'estimated', cost: 4_444n, at: now });
      }
      continue;
    }
    const error = index % 5 === 0 ? errors[index % 3] : undefined;
    const released = index % 10 === 5;
    await store.ledgerWriter.settle(
      settlement(id, {
        state: released ? 'released' : 'settled',
        provider: index % 6 === 0 ? 'other' : 'openai',
        cost: released ? 0n : BigInt(index * 137),
        error,
        partial: error !== undefined && !released,
        firstTokenMs: released ? undefined : index * 3,
        durationMs: index * 41,
        details: { heldMs: 1, lastTokenMs: index * 40, userAgent: 'test/1', network: 'loopback' },
      }),
    );
  }
}

const filters = (now: number) =>
  fc.record(
    {
      keyId: fc.constantFrom(keyId, 'key_none'),
      projectId: fc.constantFrom('proj_test'),
      model: fc.constantFrom('rare', 'common', 'gone'),
      provider: fc.constantFrom('openai', 'other'),
      endUser: fc.constantFrom('user 0', 'user 2', 'nobody'),
      state: fc.constantFrom('held', 'settled', 'released'),
      error: fc.constantFrom('any', 'none', ...errors, `${errors[0]},${errors[1]}`, 'gone'),
      partial: fc.boolean(),
      recovered: fc.boolean(),
      stream: fc.boolean(),
      minCost: fc.bigInt({ min: 0n, max: 12_000n }),
      maxCost: fc.bigInt({ min: 0n, max: 12_000n }),
      minDurationMs: fc.nat({ max: 4_000 }),
      maxDurationMs: fc.nat({ max: 4_000 }),
      minFirstTokenMs: fc.nat({ max: 300 }),
      maxFirstTokenMs: fc.nat({ max: 300 }),
      text: fc.constantFrom('AB', 'ab1', '7', 'req_', '%', firstIdOf(hourOf(now) - 3 * hourMs).slice(0, 9)),
      from: fc.integer({ min: 0, max: 11 }).map((hours) => now - hours * hourMs),
      to: fc.integer({ min: 0, max: 11 }).map((hours) => now - hours * hourMs),
    },
    { requiredKeys: [] },
  );

describe.each(databases)('on $name', ({ name, create, missing }) => {
  const test = it.skipIf(missing !== undefined);

  test('any filter finds what a look at every row finds', { timeout: 240_000 }, async () => {
    const { store } = await (await create()).open();
    const now = systemClock.now();
    await fill(store, now);
    const { requestReader } = store.admin;
    const every: RequestRow[] = [...(await requestReader.search({}, { limit: 1_000 })).items];
    expect(every).toHaveLength(rowsInAll);
    expect(every[0]).toMatchObject({ keyName: expect.any(String), project: expect.any(String) });
    await fc.assert(
      fc.asyncProperty(filters(now), async (filter: RequestFilter) => {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await requestReader.search(filter, { limit: 7, ...(cursor ? { cursor } : {}) });
          found.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
          expect(page.searchedTo === undefined).toBe(cursor === undefined);
        } while (cursor !== undefined);
        expect(found).toEqual(every.filter((row) => matchesFilter(row, filter)).map(({ id }) => id));
      }),
      { numRuns: 250 },
    );
  });

  test('recent rows, old ones that are held, and those that were asked for', async () => {
    const { store } = await (await create()).open();
    const now = systemClock.now();
    await fill(store, now);
    const { requestReader } = store.admin;
    const every = (await requestReader.search({}, { limit: 1_000 })).items;
    const [oldest] = every.filter(({ state }) => state === 'settled').slice(-1);
    const from = firstIdOf(hourOf(now));
    const { rows, more } = await requestReader.recent({ from, ids: [oldest?.id ?? ''], most: 500 });
    const wanted = every.filter(({ id, state }) => id >= from || state === 'held' || id === oldest?.id);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    expect(more).toBe(false);
    expect((await requestReader.recent({ from, ids: [], most: 3 })).more).toBe(true);
  });

  it.runIf(name === 'SQLite')('old ones that are held are found by the index of what is held', async () => {
    const database = await create();
    await database.open();
    const asked: CompiledQuery[] = [];
    const query: QueryRunner['query'] = async (queries) => {
      asked.push(...queries);
      return queries.map(() => []);
    };
    await createRequestReader(createSqliteCompiler(), { query }).recent({
      from: 'req_1',
      ids: [],
      most: 500,
    });
    const plans = [];
    for (const { sql, parameters } of asked) {
      const text = parameters.reduce<string>(
        (before, value) => before.replace('?', typeof value === 'string' ? `'${value}'` : String(value)),
        sql,
      );
      plans.push((await database.sql(`explain query plan ${text}`)).map(({ detail }) => detail));
    }
    const [newest, held] = plans;
    // The whole ledger below `from` would be read for the few rows that are held.
    expect(newest).toContain('SEARCH requests USING PRIMARY KEY (id>?)');
    expect(held).toContain('SCAN requests USING INDEX requests_held');
  });

  test('a row has its neighbours, and the details that were settled with it', async () => {
    const { store } = await (await create()).open();
    await fill(store, systemClock.now());
    const { requestReader } = store.admin;
    const every = (await requestReader.search({}, { limit: 1_000 })).items;
    for (const place of [0, 1, 40, every.length - 1]) {
      const found = await requestReader.request(every[place]?.id ?? '');
      expect([found?.newer, found?.older]).toEqual([every[place - 1]?.id, every[place + 1]?.id]);
    }
    const settled = every.find(({ state, durationMs }) => state === 'settled' && durationMs);
    expect(settled?.details).toEqual({
      heldMs: 1,
      lastTokenMs: ((settled?.durationMs ?? 0) / 41) * 40,
      userAgent: 'test/1',
      network: 'loopback',
    });
  });
});
