// Whatever the order of holds, settlements, releases, checkpoints, new and removed limits, restarts and turning windows: a
// hold is granted exactly when it fits under every limit, counters are the sums of the rows, and no amount is ever passed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Limit, LimitExceeded, type Payers } from '../../src/core/limits.ts';
import type { GatewayStore } from '../../src/core/store.ts';
import { amount, applies, type ModelRow, sumsOf, windowStart } from './budget-model.ts';
import { databases, stopPostgresAfterAll } from './databases.ts';
import { holdEntry, keyId, manualClock, settlement, worth } from './fixtures.ts';

interface Model {
  readonly rows: Map<string, ModelRow>;
  readonly limits: Map<string, Limit>;
}

interface Real {
  store: GatewayStore;
  readonly clock: ReturnType<typeof manualClock>;
  reopen(): Promise<GatewayStore>;
}

type Command = fc.AsyncCommand<Model, Real>;

const payersOf = (model: string, endUser: string | undefined): Payers => ({
  organization: 'org_default',
  project: 'proj_test',
  key: keyId,
  model,
  end_user: endUser,
});

const hold = (id: string, cost: bigint, tokens: number, model: string, endUser?: string): Command => ({
  check: ({ rows }) => !rows.has(id),
  toString: () => `hold(${id}, ${cost}, ${tokens}, ${model}, ${endUser})`,
  async run({ rows, limits }, { store, clock }) {
    const payers = payersOf(model, endUser);
    const startedAt = clock.now();
    const fits = [...limits.values()].every((limit) => {
      if (!applies(limit, payers)) return true;
      const { settled, held } = sumsOf(limit, [...rows.values()], payers, startedAt);
      return settled + held + amount(limit.metric, cost, tokens) <= limit.amount;
    });
    const worst = worth(cost, tokens);
    const done = store.ledgerWriter.hold(holdEntry(id, { worst, model, endUser, startedAt }));
    if (!fits) {
      await expect(done).rejects.toBeInstanceOf(LimitExceeded);
      expect(await store.ledgerReader.row(id)).toBe(undefined);
      return;
    }
    await done;
    rows.set(id, {
      payers,
      startedAt,
      second: Math.floor(startedAt / 1000),
      hold: cost,
      tokens,
      state: 'held',
      cost: 0n,
      chargedTokens: 0,
      checkpoint: 0n,
      forgotten: false,
    });
  },
});

const settle = (
  id: string,
  cost: bigint,
  tokens: number,
  state: 'settled' | 'released',
  times: number,
  replacesRecovered: boolean,
): Command => ({
  // What then becomes of the row is told in postgres-nodes.test.ts.
  check: ({ rows }) => !(replacesRecovered && rows.get(id)?.forgotten),
  toString: () => `settle(${id}, ${cost}, ${tokens}, ${state}) x ${times}`,
  async run({ rows }, { store }) {
    const usage = { input: tokens, output: 0 };
    await Promise.all(
      Array.from({ length: times }, () => store.ledgerWriter.settle(settlement(id, { state, cost, usage }))),
    );
    const row = rows.get(id);
    if (row?.state !== 'held') return;
    row.state = state;
    if (state === 'released') return;
    row.cost = cost < row.hold ? cost : row.hold;
    row.chargedTokens = Math.min(tokens, row.tokens);
  },
});

const checkpoint = (id: string, cost: bigint): Command => ({
  check: ({ rows }) => rows.get(id)?.state === 'held',
  toString: () => `checkpoint(${id}, ${cost})`,
  async run({ rows }, { store, clock }) {
    const usage = { input: 1, output: 1 };
    store.ledgerWriter.checkpoint({ id, usage, usageSource: 'estimated', cost, at: clock.now() });
    const row = rows.get(id);
    if (row) {
      row.checkpoint = cost < row.hold ? cost : row.hold;
      row.chargedTokens = Math.min(2, row.tokens);
    }
  },
});

const audit = (id: string) => ({
  id: `aud_${id}_${Math.random()}`,
  at: 1,
  actor: 'test',
  action: 'test',
  targetKind: 'limit' as const,
  targetId: id,
});

const wanted = ({ limits }: Model) =>
  [...limits.values()].map((limit) => ({ ...limit, revision: 1, createdAt: 1, updatedAt: 1 }));

const sync = (model: Model, { store }: Real) =>
  store.admin.limitWriter.syncConfig(wanted(model), 1, (_action, before, after) =>
    audit((before ?? after)?.id ?? ''),
  );

/** Of source `config`: these come back under the same id. */
const setLimit = (limit: Limit): Command => ({
  check: () => true,
  toString: () => `limit(${limit.id}, ${limit.amount})`,
  async run(model, real) {
    model.limits.set(limit.id, limit);
    await sync(model, real);
  },
});

const removeLimit = (id: string): Command => ({
  check: ({ limits }) => limits.has(id),
  toString: () => `remove(${id})`,
  async run(model, real) {
    model.limits.delete(id);
    await sync(model, real);
  },
});

const wait = (ms: number): Command => ({
  check: () => true,
  toString: () => `wait(${ms})`,
  run: async (_, { clock }) => clock.advance(ms),
});

const restart: Command = {
  check: () => true,
  toString: () => 'restart',
  async run({ rows }, real) {
    await real.store[Symbol.asyncDispose]();
    real.store = await real.reopen();
    for (const row of rows.values()) {
      if (row.state !== 'held') continue;
      Object.assign(row, { state: 'settled', cost: row.checkpoint, forgotten: true });
    }
  },
};

/** The database's counters are the sums of the model's rows, and under no limit more than its amount was granted. */
const compare: Command = {
  check: () => true,
  toString: () => 'compare',
  async run({ rows, limits }, { store, clock }) {
    for (const limit of limits.values()) {
      for (const row of rows.values()) {
        if (!applies(limit, row.payers)) continue;
        const [star] = Object.entries(limit.scope).filter(([, value]) => value === '*');
        const subject = star ? (row.payers[star[0] as keyof Payers] ?? '') : '';
        const at = limit.metric === 'concurrent' ? 0 : windowStart(limit.window, row.startedAt);
        const span = { start: at, end: endOf(limit, row.startedAt) };
        const counter = await store.admin.limitReader.counter(limit, subject, span);
        const sums = sumsOf(limit, [...rows.values()], row.payers, row.startedAt);
        expect({ limit: limit.id, ...sums }).toEqual({
          limit: limit.id,
          settled: counter.settled,
          held: counter.held,
        });
      }
    }
    expect(clock.now()).toBeGreaterThan(0);
  },
};

function endOf(limit: Limit, at: number): number {
  if (limit.window === 'lifetime' || limit.metric === 'concurrent') return Number.POSITIVE_INFINITY;
  let end = at;
  while (windowStart(limit.window, end) === windowStart(limit.window, at)) end += 3_600_000;
  return windowStart(limit.window, end);
}

const ids = fc.integer({ min: 0, max: 19 }).map((number) => `id-${number}`);
const smallMoney = fc.bigInt({ min: 0n, max: 60n });
const limitIds = fc.integer({ min: 0, max: 3 }).map((number) => `lim_${number}`);
const scopes = fc.constantFrom<Limit['scope']>(
  { key: keyId },
  { project: 'proj_test' },
  { organization: 'org_default' },
  { end_user: '*' },
  { model: 'small' },
  { key: '*', model: 'small' },
  { project: 'proj_test', end_user: '*' },
);
/** One shape for each id: a limit that comes back is the same limit. */
const shapes = fc.array(
  fc.record({
    scope: scopes,
    metric: fc.constantFrom<Limit['metric']>('cost', 'tokens', 'requests', 'concurrent'),
    window: fc.constantFrom<Limit['window']>('lifetime', 'month', 'week', 'day', 'hour'),
  }),
  { minLength: 4, maxLength: 4 },
);

function commandsFor(
  shapesOfIds: readonly Pick<Limit, 'scope' | 'metric' | 'window'>[],
  replacesRecovered: boolean,
) {
  const limits = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(3n, 40n, 90n, 150n, 400n))
    .map(([index, most]): Limit => {
      const shape = shapesOfIds[index] ?? { scope: {}, metric: 'cost', window: 'day' };
      return { id: `lim_${index}`, ...shape, amount: most, timeZone: 'UTC', source: 'config' };
    });
  const model = fc.constantFrom('small', 'large');
  const endUser = fc.constantFrom(undefined, 'ada', 'bob');
  const state = fc.constantFrom('settled' as const, 'settled' as const, 'released' as const);
  const holding = fc.tuple(ids, smallMoney, fc.nat(60), model, endUser).map((values) => hold(...values));
  const settling = fc
    .tuple(ids, smallMoney, fc.nat(80), state, fc.integer({ min: 1, max: 2 }))
    .map((values) => settle(...values, replacesRecovered));
  return fc.commands(
    [
      holding,
      holding,
      holding,
      holding,
      settling,
      settling,
      settling,
      fc.tuple(ids, smallMoney).map((values) => checkpoint(...values)),
      limits.map(setLimit),
      limitIds.map(removeLimit),
      fc.constantFrom(1_000, 1_000, 1_000, 59 * 60_000, 23 * 3_600_000, 20 * 86_400_000).map(wait),
      fc.constant(restart),
      fc.constant(compare),
    ],
    { maxCommands: 80, size: 'max' },
  );
}

/** `npm run proof` asks for hundreds. */
const runs = Number(process.env.TOLLGATE_PROOF_RUNS ?? 10);

stopPostgresAfterAll();

describe.each(databases)('$name', (kind) => {
  it.skipIf(kind.missing)(
    'grants exactly what fits, and its counters are the sums of the rows',
    { timeout: 240_000 + runs * 20_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          shapes.chain((chosen) => commandsFor(chosen, kind.replacesRecovered)),
          async (commands) => {
            const clock = manualClock(Date.parse('2026-01-31T22:30:00Z'));
            const database = await kind.create();
            const reopen = async () => (await database.open(clock)).store;
            const real: Real = { store: await reopen(), clock, reopen };
            try {
              await fc.asyncModelRun(
                () => ({ model: { rows: new Map(), limits: new Map() }, real }),
                [...commands, compare],
              );
            } finally {
              await real.store[Symbol.asyncDispose]();
            }
          },
        ),
        { numRuns: runs },
      );
    },
  );
});
