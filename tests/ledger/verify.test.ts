// That the check of the ledger is one: books written by the real store balance, and every kind of damage done to them from
// outside is found, with the row, what it should be and what it is. On every database.
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/accounts/ledger-finding.ts';
import { type Verification, verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import { costOf } from '../../src/core/money.ts';
import { versionedPrice, writeTerms } from '../../src/core/price-terms.ts';
import type { GatewayStore } from '../../src/core/store.ts';
import type { Usage } from '../../src/core/usage.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { databases, stopPostgresAfterAll, type TestDatabase } from './databases.ts';
import { holdEntry, keyId, settlement, worth } from './fixtures.ts';

stopPostgresAfterAll();

const hour = 3_600_000;
/** Monday, 2023-11-13T00:00Z. */
const monday = 1_699_833_600_000;

const price = versionedPrice(
  {
    input: '1.25',
    cached_input: '0.125',
    cache_write: 2,
    cache_write_1h: 3,
    output: 10,
    reasoning: 11,
    audio_input: 7,
    tiers: [{ above: 1000, input: 2.5, output: 15 }],
    services: { flex: 0.5 },
  },
  'gpt-5.1',
  'tollgate.yaml',
);

/** What is used, in turn: every class, both tiers, both services. */
const usages: readonly Usage[] = [
  { input: 10, output: 20 },
  { input: 900, output: 33, cachedInput: 400, reasoning: 11 },
  { input: 5_000, output: 7, cacheWrite: 1_000, cacheWrite1h: 600 },
  { input: 800, output: 9, audioInput: 300, serviceTier: 'flex' },
];

function verifyNow(database: TestDatabase, options = {}): Promise<Verification> {
  return withSnapshot(database, (snapshot) => verifyLedger(snapshot, options));
}

type Snapshot = Awaited<ReturnType<typeof openLedgerSnapshot>>;

async function withSnapshot<T>(database: TestDatabase, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const [folder = '', url] = database.arguments;
  const databaseUrl = url === undefined ? undefined : { reveal: () => url };
  await using snapshot = await openLedgerSnapshot(
    { dataFolder: folder, databaseUrl },
    { clock: systemClock },
  );
  return await work(snapshot);
}

const limits = [
  ['limit_a_month', '{"organization":"org_default"}', 'cost', 'month', 'Europe/Berlin'],
  ['limit_b_life', '{"key":"*"}', 'tokens', 'lifetime', 'UTC'],
  ['limit_c_hour', '{"end_user":"*","model":"gpt-5.1"}', 'requests', 'hour', 'Asia/Kolkata'],
  ['limit_d_now', '{"project":"proj_test"}', 'concurrent', 'lifetime', 'UTC'],
  ['limit_e_minute', '{"project":"proj_test"}', 'tokens', 'minute', 'UTC'],
] as const;

/** 40 requests over 10 hours: some released, some beyond their hold, some with an error, two still held. */
async function writeBooks(database: TestDatabase): Promise<GatewayStore> {
  const { store } = await database.open();
  await store.prices.record([
    {
      version: price.version,
      model: 'gpt-5.1',
      terms: writeTerms(price),
      source: 'config',
      validFrom: 1,
      createdAt: 1,
    },
  ]);
  for (const [id, scope, metric, period, zone] of limits) {
    await database.sql(
      `insert into limits (id, scope, metric, period, amount, time_zone, source, created_at, updated_at) values ('${id}', '${scope}', '${metric}', '${period}', 1000000000000, '${zone}', 'admin', 1, 1)`,
    );
  }
  await database.sql(`update generations set value = value + 1 where name = 'limits'`);
  // At once, so that they share their commits: a test of its own for each damage writes these books 48 times.
  await Promise.all(Array.from({ length: 40 }, (_, index) => writeRow(store, index)));
  for (const id of ['req_held_1', 'req_held_2']) {
    await store.ledgerWriter.hold(
      holdEntry(id, { priceVersion: price.version, startedAt: monday + 9 * hour }),
    );
  }
  return store;
}

async function writeRow({ ledgerWriter }: GatewayStore, index: number): Promise<void> {
  const id = `req_${String(index).padStart(4, '0')}`;
  const usage = usages[index % usages.length] as Usage;
  const cost = costOf(usage, price);
  const isBeyond = index % 10 === 3;
  await ledgerWriter.hold(
    holdEntry(id, {
      priceVersion: price.version,
      startedAt: monday + index * (hour / 4) + 7,
      endUser: index % 3 === 0 ? `user-${index % 2}` : undefined,
      worst: worth(isBeyond ? cost / 2n : cost * 3n, isBeyond ? 5 : 10_000),
    }),
  );
  await ledgerWriter.settle(
    settlement(
      id,
      index % 7 === 5
        ? { state: 'released', usage: undefined, usageSource: undefined, cost: 0n, error: 'upstream_error' }
        : { usage, cost, partial: index % 6 === 1, ...(index % 6 === 1 ? { error: 'client_aborted' } : {}) },
    ),
  );
}

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    test('books as the gateway writes them balance, however small the pages', async () => {
      const database = await kind.create();
      await writeBooks(database);
      const result = await verifyNow(database);
      expect(result).toMatchObject({
        rows: 42,
        held: 2,
        unpriced: 0,
        skippedCounters: 0,
        findings: [],
        wrong: 0,
      });
      expect(result.counters).toBeGreaterThan(10);
      const progress: number[] = [];
      const again = await verifyNow(database, {
        pageSize: 5,
        onProgress: (rows: number) => progress.push(rows),
      });
      expect(again).toEqual(result);
      expect(progress).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 42]);
    });

    test('a moment is a moment: what is written while it is checked is not half in it', async () => {
      const database = await kind.create();
      const store = await writeBooks(database);
      await withSnapshot(database, async (snapshot) => {
        // The first read fixes the moment.
        await snapshot.horizon();
        for (let index = 40; index < 60; index++) await writeRow(store, index);
        expect(await verifyLedger(snapshot)).toMatchObject({ rows: 42, findings: [], wrong: 0 });
      });
      expect(await verifyNow(database)).toMatchObject({ rows: 62, findings: [], wrong: 0 });
    });

    const cost = costOf(usages[0] as Usage, price);
    const berlin = '2023-10-31T23:00:00.000Z';
    const damages: readonly (readonly [string, string, readonly Partial<Finding>[]])[] = [
      [
        'a cost that is one nano-USD off, which the sums show too',
        `update requests set cost_nanousd = cost_nanousd + 1 where id = 'req_0000'`,
        [
          { kind: 'row', id: 'req_0000', what: 'cost_nanousd', expected: `${cost}`, found: `${cost + 1n}` },
          { kind: 'counter', id: `limit_a_month ${berlin}`, what: 'settled (nano-USD)' },
          {
            kind: 'hour',
            id: `2023-11-13T00:00:00.000Z proj_test ${keyId} gpt-5.1 openai`,
            what: 'cost_nanousd',
          },
        ],
      ],
      [
        'an amount not charged that is gone',
        `update requests set uncharged_nanousd = 0 where id = 'req_0003'`,
        [{ kind: 'row', id: 'req_0003', what: 'uncharged_nanousd', found: '0' }],
      ],
      [
        'a service that was left out',
        `update requests set usage_details = null where id = 'req_0007'`,
        [{ kind: 'row', id: 'req_0007', what: 'cost_nanousd' }],
      ],
      [
        'a row that is gone',
        `delete from requests where id = 'req_0004'`,
        [
          { kind: 'counter', what: 'settled (nano-USD)' },
          { kind: 'counter', id: `limit_b_life ${keyId}`, what: 'settled (tokens)' },
          { kind: 'hour', what: 'requests', expected: '2', found: '3' },
        ],
      ],
      [
        'a row that is there twice',
        `insert into requests (id, state, key_id, project_id, model, provider, upstream_model, price_version, hold_nanousd, cost_nanousd, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens, usage_source, stream, partial, recovered, error, attempts, started_at, first_token_ms, duration_ms, node_epoch, end_user, output_cap, hold_tokens, uncharged_nanousd, checkpoint_at, usage_details) select 'req_zzzz', state, key_id, project_id, model, provider, upstream_model, price_version, hold_nanousd, cost_nanousd, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens, usage_source, stream, partial, recovered, error, attempts, started_at, first_token_ms, duration_ms, node_epoch, end_user, output_cap, hold_tokens, uncharged_nanousd, checkpoint_at, usage_details from requests where id = 'req_0004'`,
        [
          { kind: 'counter', what: 'settled (nano-USD)' },
          { kind: 'hour', what: 'requests', expected: '4', found: '3' },
        ],
      ],
      [
        'a row charged to nobody',
        `update requests set end_user = 'user-9' where id = 'req_0006'`,
        [{ kind: 'counter', what: 'settled (requests)', expected: '0', found: '1' }],
      ],
      [
        'a counter that lost a settlement',
        `update limit_counters set settled = settled - 30 where limit_id = 'limit_b_life'`,
        [{ kind: 'counter', id: `limit_b_life ${keyId}`, what: 'settled (tokens)' }],
      ],
      [
        'a counter that kept a hold',
        `update limit_counters set held = held + 1 where limit_id = 'limit_d_now'`,
        [{ kind: 'counter', id: 'limit_d_now', what: 'held (concurrent)', expected: '2', found: '3' }],
      ],
      [
        'a sliding minute whose sum is not that of its seconds',
        `update limit_counters set settled = settled + 1 where limit_id = 'limit_e_minute'`,
        [{ kind: 'counter', id: 'limit_e_minute', what: 'settled (tokens)' }],
      ],
      [
        'an hour that lost its tokens',
        `update usage_hours set input_tokens = 0, duration_0 = 0 where hour = ${monday}`,
        [
          { kind: 'hour', what: 'input_tokens', found: '0' },
          { kind: 'hour', what: 'durations', expected: '4', found: '0' },
        ],
      ],
      [
        'an hour that is gone',
        `delete from usage_hours where hour = ${monday + hour}`,
        [{ kind: 'hour', what: 'requests', found: '0' }],
      ],
      [
        'an hour of nothing',
        `update usage_hours set hour = hour + ${1000 * hour} where hour = ${monday}`,
        [
          {
            kind: 'hour',
            id: `2023-12-24T16:00:00.000Z proj_test ${keyId} gpt-5.1 openai`,
            what: 'requests',
            expected: '0',
            found: '4',
          },
        ],
      ],
      [
        'a day that lost a request and its cost',
        `update usage_days set requests = requests - 1, cost_nanousd = 0, first_token_0 = first_token_0 + 1`,
        [
          {
            kind: 'day',
            id: `2023-11-13T00:00:00.000Z ${keyId} gpt-5.1 openai proj_test`,
            what: 'requests',
            expected: '35',
            found: '34',
          },
          { kind: 'day', what: 'cost_nanousd', found: '0' },
          { kind: 'day', what: 'first_token_0' },
        ],
      ],
      [
        'a day of nothing',
        `update usage_days set day = day + ${24 * hour}`,
        [
          { kind: 'day', what: 'requests', expected: '35', found: '0' },
          { kind: 'day', what: 'requests', expected: '0', found: '35' },
        ],
      ],
      [
        'errors that were forgotten',
        `delete from usage_errors where code = 'upstream_error'`,
        [
          { kind: 'errors', what: 'requests', expected: '1', found: '0' },
          { kind: 'error-day', what: 'requests', expected: '0', found: '5' },
        ],
      ],
      [
        'terms that were changed under their version',
        `update prices set terms = replace(terms, '"1.25"', '"1.26"')`,
        [{ kind: 'price', id: price.version, what: 'terms', expected: 'those of this version' }],
      ],
      [
        'a price that is gone',
        `update requests set price_version = 'tollgate.yaml@000000000000' where id = 'req_0001'`,
        [{ kind: 'price', id: 'req_0001', what: 'price_version', found: 'tollgate.yaml@000000000000' }],
      ],
      [
        'that all prices are gone',
        `delete from prices`,
        [
          { kind: 'price', id: 'req_0001', expected: 'a price that is kept', found: price.version },
          { kind: 'price', id: 'req_0002', expected: 'a price that is kept', found: price.version },
        ],
      ],
      [
        'a row held by a node that was stopped',
        `update nodes set stopped_at = 5`,
        [{ kind: 'held', id: 'req_held_1', expected: 'a node that runs', found: 'epoch 1: stopped' }],
      ],
      [
        'a row held by nobody',
        `update requests set node_epoch = 99 where id = 'req_held_2'`,
        [{ kind: 'held', id: 'req_held_2', found: 'epoch 99: no node has had it' }],
      ],
    ];

    test.each(damages)('%s is found', async (_, damage, expected) => {
      const database = await kind.create();
      await writeBooks(database);
      await database.sql(damage);
      const result = await verifyNow(database);
      for (const finding of expected) {
        expect(result.findings).toContainEqual(expect.objectContaining(finding));
      }
      expect(result.wrong).toBe(result.findings.length);
    });

    test('rows from before prices were kept are told, not blamed', async () => {
      const database = await kind.create();
      await writeBooks(database);
      await database.sql(`update requests set price_version = 'builtin@2026-01-01' where id = 'req_0001'`);
      await database.sql(`update prices set created_at = ${monday + 100 * hour}`);
      expect(await verifyNow(database)).toMatchObject({ unpriced: 1, findings: [], wrong: 0 });
    });

    test('of more than fits, the others are counted', async () => {
      const database = await kind.create();
      await writeBooks(database);
      await database.sql(
        `update requests set uncharged_nanousd = 1 where state <> 'held' and uncharged_nanousd = 0`,
      );
      const { findings, wrong } = await verifyNow(database, { mostFindings: 3 });
      expect(findings).toHaveLength(3);
      expect(wrong).toBeGreaterThan(30);
    });
  });
}
