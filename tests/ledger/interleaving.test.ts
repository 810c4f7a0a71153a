// Whatever the order of holds, settles, repeated settles, revocations and crashes: one row per id, and the sums of the
// books are those of a model that a child could keep.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { GatewayStore } from '../../src/core/store.ts';
import { openSqliteGatewayStore } from '../../src/store/sqlite/open.ts';
import { addTestKey, holdEntry, keyId, settlement, temporaryFolder, worth } from './fixtures.ts';

interface ModelRow {
  state: 'held' | 'settled' | 'released';
  hold: bigint;
  cost: bigint | undefined;
  recovered: boolean;
}

interface Model {
  readonly rows: Map<string, ModelRow>;
  revoked: boolean;
}

interface Real {
  store: GatewayStore;
  readonly folder: string;
}

type Command = fc.AsyncCommand<Model, Real>;

const id = fc.integer({ min: 0, max: 5 }).map((number) => `id-${number}`);
const money = fc.bigInt({ min: 0n, max: 2n ** 60n });

const hold = (name: string, amount: bigint): Command => ({
  check: () => true,
  toString: () => `hold(${name}, ${amount})`,
  run: async (model, { store }) => {
    const done = store.ledgerWriter.hold(holdEntry(name, { worst: worth(amount) }));
    if (model.revoked) await expect(done).rejects.toMatchObject({ code: 'invalid_api_key' });
    else if (model.rows.has(name)) await expect(done).rejects.toMatchObject({ code: 'internal_error' });
    else {
      await done;
      model.rows.set(name, { state: 'held', hold: amount, cost: undefined, recovered: false });
    }
  },
});

/** Several settles of one id handed in together: the first one counts. */
const settle = (name: string, cost: bigint, state: 'settled' | 'released', times: number): Command => ({
  check: () => true,
  toString: () => `settle(${name}, ${cost}, ${state}) x ${times}`,
  run: async (model, { store }) => {
    await Promise.all(
      Array.from({ length: times }, (_, index) =>
        store.ledgerWriter.settle(settlement(name, { state, cost: cost + BigInt(index) })),
      ),
    );
    const row = model.rows.get(name);
    if (row?.state !== 'held') return;
    // Nobody is charged more than was held, and nothing for a request that reached no model.
    const within = cost < row.hold ? cost : row.hold;
    Object.assign(row, { state, cost: state === 'settled' ? within : 0n });
  },
});

/** A new run on the folder: of what a kill leaves, only the held rows tell it from an orderly end. */
const restart: Command = {
  check: () => true,
  toString: () => 'restart',
  run: async (model, real) => {
    await real.store[Symbol.asyncDispose]();
    real.store = await open(real.folder);
    const held = [...model.rows.values()].filter((row) => row.state === 'held');
    expect(real.store.recovered).toBe(held.length);
    for (const row of held) Object.assign(row, { state: 'settled', cost: 0n, recovered: true });
  },
};

const setKey = (revoked: boolean): Command => ({
  check: () => true,
  toString: () => `revoked = ${revoked}`,
  run: async (model, { folder }) => {
    using other = new DatabaseSync(join(folder, 'tollgate.sqlite'), { timeout: 5_000 });
    other.prepare('update api_keys set status = ? where id = ?').run(revoked ? 'revoked' : 'active', keyId);
    model.revoked = revoked;
  },
});

const compare: Command = {
  check: () => true,
  toString: () => 'compare',
  run: async (model, { store }) => {
    const { items } = await store.ledgerReader.rows({ limit: 100 });
    expect(items).toHaveLength(model.rows.size);
    for (const row of items) {
      expect({ state: row.state, hold: row.hold, cost: row.cost, recovered: row.recovered }).toEqual(
        model.rows.get(row.id),
      );
    }
  },
};

function open(folder: string): Promise<GatewayStore> {
  return openSqliteGatewayStore({ folder, clock: systemClock, synchronous: 'NORMAL', report: () => {} });
}

it('keeps the books of a model that has no database', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands(
        [
          fc.tuple(id, money).map((values) => hold(...values)),
          fc
            .tuple(
              id,
              money,
              fc.constantFrom('settled' as const, 'released' as const),
              fc.integer({ min: 1, max: 3 }),
            )
            .map((values) => settle(...values)),
          fc.constant(restart),
          fc.boolean().map(setKey),
          fc.constant(compare),
        ],
        { maxCommands: 30 },
      ),
      async (commands) => {
        const folder = temporaryFolder();
        const real: Real = { store: await open(folder), folder };
        try {
          await addTestKey(real.store);
          await fc.asyncModelRun(
            () => ({ model: { rows: new Map(), revoked: false }, real }),
            [...commands, compare],
          );
        } finally {
          await real.store[Symbol.asyncDispose]();
        }
      },
    ),
    { numRuns: 15 },
  );
});

it('takes requests at any time while others are under way: the sums are those of the answers', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  await using _closed = store;
  await addTestKey(store);
  const costs = Array.from({ length: 2_000 }, (_, index) => BigInt((index * 7_919) % 10_007));
  await Promise.all(
    costs.map(async (cost, index) => {
      for (let wait = index % 7; wait > 0; wait--) await new Promise((resolve) => setImmediate(resolve));
      await store.ledgerWriter.hold(holdEntry(`id-${index}`, { worst: worth(20_000n) }));
      await store.ledgerWriter.settle(settlement(`id-${index}`, { cost }));
    }),
  );
  using other = new DatabaseSync(join(folder, 'tollgate.sqlite'), { readOnly: true });
  const sums = other
    .prepare("select count(*) as count, sum(cost_nanousd) as cost, sum(state = 'held') as held from requests")
    .get();
  expect(sums).toEqual({ count: 2_000, cost: Number(costs.reduce((sum, cost) => sum + cost, 0n)), held: 0 });
});
