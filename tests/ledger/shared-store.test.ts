// One store that several processes use: limits are exact across them, and what a process leaves held when it dies is closed at once,
// like after a crash, while the others go on. Messages are cloned as between processes. On every database.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import { IdempotencyConflict } from '../../src/core/idempotency.ts';
import { type Limit, LimitExceeded } from '../../src/core/limits.ts';
import type {
  ConnectedWorker,
  ConnectWorker,
  GatewayStore,
  ServingStore,
  StoreProblem,
} from '../../src/core/store.ts';
import { openServingStore } from '../../src/store/bridge/open.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { type DatabaseKind, databases, stopPostgresAfterAll, type TestDatabase } from './databases.ts';
import { holdEntry, keyId, settlement, worth } from './fixtures.ts';

stopPostgresAfterAll();

interface WorkerEnd {
  readonly store: ServingStore;
  readonly problems: StoreProblem[];
  /** From now on nothing it says arrives, and nothing arrives there: kill -9. */
  kill(): Promise<number>;
  /** Holds back what is said to it until this is called with `false`. */
  deafen(deaf: boolean): void;
}

async function connectWorker(store: GatewayStore, kind: DatabaseKind): Promise<WorkerEnd> {
  const problems: StoreProblem[] = [];
  let alive = true;
  let deaf = false;
  let kept: unknown[] = [];
  let receive: (message: unknown) => void = () => undefined;
  const end: ConnectedWorker = (store.connect as ConnectWorker)((message) => {
    const copy = structuredClone(message);
    queueMicrotask(() => {
      if (!alive) return;
      if (deaf) kept.push(copy);
      else receive(copy);
    });
  });
  const opened = await openServingStore({
    dialect: kind.name === 'SQLite' ? 'sqlite' : 'postgresql',
    send: (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => alive && end.receive(copy));
    },
    state: structuredClone(end.state),
    clock: systemClock,
    report: (problem) => void problems.push(problem),
  });
  receive = opened.receive;
  return {
    store: opened.store,
    problems,
    kill() {
      alive = false;
      return end.ended();
    },
    deafen(wanted) {
      deaf = wanted;
      if (deaf) return;
      for (const message of kept) receive(message);
      kept = [];
    },
  };
}

async function setLimit(store: GatewayStore, limit: Partial<Limit>): Promise<Limit> {
  const whole: Limit = {
    id: 'lim_0',
    scope: { key: keyId },
    metric: 'requests',
    window: 'lifetime',
    amount: 37n,
    timeZone: 'UTC',
    source: 'config',
    ...limit,
  };
  const stored = [{ ...whole, revision: 1, createdAt: 1, updatedAt: 1 }];
  await store.admin.limitWriter.syncConfig(stored, 1, (action, before, after) => ({
    id: `aud_${whole.id}`,
    at: 1,
    actor: 'test',
    action,
    targetKind: 'limit',
    targetId: (before ?? after)?.id ?? '',
  }));
  return whole;
}

function counterOf(store: GatewayStore, limit: Limit) {
  return store.admin.limitReader.counter(limit, '', { start: 0, end: Number.POSITIVE_INFINITY });
}

async function expectClean(database: TestDatabase): Promise<void> {
  const [folder = '', url] = database.arguments;
  const databaseUrl = url === undefined ? undefined : { reveal: () => url };
  await using snapshot = await openLedgerSnapshot(
    { dataFolder: folder, databaseUrl },
    { clock: systemClock },
  );
  expect(await verifyLedger(snapshot, {})).toMatchObject({ findings: [], wrong: 0 });
}

async function open(kind: DatabaseKind) {
  const database = await kind.create();
  const { store, problems } = await database.open(systemClock, { shared: true });
  return { database, store, problems };
}

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    test('limits are exact across three writers, and every hold gets its own answer', {
      timeout: 60_000,
    }, async () => {
      const { database, store } = await open(kind);
      const limit = await setLimit(store, { amount: 37n });
      const workers = await Promise.all([1, 2].map(() => connectWorker(store, kind)));
      const writers = [store.ledgerWriter, ...workers.map((worker) => worker.store.ledgerWriter)];
      const startedAt = Date.now();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 300 }, (_, index) =>
          (writers[index % 3] as (typeof writers)[number]).hold(
            holdEntry(`req_${index}`, { worst: worth(BigInt(index + 1)), startedAt }),
          ),
        ),
      );
      const granted = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
      expect(granted).toHaveLength(37);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LimitExceeded);
      }
      for (const index of granted) {
        expect(outcomes[index]).toMatchObject({ value: { reserved: { cost: BigInt(index + 1) } } });
        expect(await store.ledgerReader.row(`req_${index}`)).toMatchObject({ hold: BigInt(index + 1) });
      }
      await Promise.all(
        granted.map((index) =>
          (writers[(index + 1) % 3] as (typeof writers)[number]).settle(
            settlement(`req_${index}`, { cost: 1n }),
          ),
        ),
      );
      expect(await counterOf(store, limit)).toMatchObject({ settled: 37n, held: 0n });
      await expectClean(database);
    });

    test('what a worker that died left held is closed at its checkpoint, and nothing else is', async () => {
      const { database, store } = await open(kind);
      const limit = await setLimit(store, { metric: 'cost', amount: 10_000n });
      const [dying, other] = [await connectWorker(store, kind), await connectWorker(store, kind)];
      const hold = (worker: WorkerEnd, id: string) =>
        worker.store.ledgerWriter.hold(holdEntry(id, { startedAt: Date.now() }));
      await Promise.all(['a', 'b', 'c'].map((id) => hold(dying, id)));
      await hold(other, 'd');
      dying.store.ledgerWriter.checkpoint({
        id: 'a',
        usage: { input: 3, output: 4 },
        usageSource: 'estimated',
        cost: 70n,
        at: Date.now(),
      });
      await dying.store.ledgerWriter.settle(settlement('c', { cost: 5n }));
      expect(await dying.kill()).toBe(2);
      expect(await store.ledgerReader.row('a')).toMatchObject({
        state: 'settled',
        recovered: true,
        cost: 70n,
        usage: { input: 3, output: 4 },
      });
      expect(await store.ledgerReader.row('b')).toMatchObject({
        state: 'settled',
        recovered: true,
        cost: 0n,
      });
      expect(await store.ledgerReader.row('c')).toMatchObject({
        state: 'settled',
        recovered: false,
        cost: 5n,
      });
      expect(await store.ledgerReader.row('d')).toMatchObject({ state: 'held' });
      expect(await counterOf(store, limit)).toMatchObject({ settled: 75n, held: 1_000n });
      await other.store.ledgerWriter.settle(settlement('d', { cost: 9n }));
      expect(await store.ledgerReader.row('d')).toMatchObject({
        state: 'settled',
        recovered: false,
        cost: 9n,
      });
      expect(await counterOf(store, limit)).toMatchObject({ settled: 84n, held: 0n });
      await expectClean(database);
    });

    test('a hold whose worker dies before it hears of it is closed too, and its key is not free again', async () => {
      const { database, store } = await open(kind);
      const [dying, other] = [await connectWorker(store, kind), await connectWorker(store, kind)];
      const startedAt = Date.now();
      const claim = { keyHash: 'k', bodyHash: 'b', expiresAt: startedAt + 3_600_000 };
      dying.deafen(true);
      void dying.store.ledgerWriter.hold(holdEntry('a', { startedAt, claim })).catch(() => undefined);
      while ((await store.ledgerReader.row('a')) === undefined) await delay(2);
      expect(await dying.kill()).toBe(1);
      expect(await store.ledgerReader.row('a')).toMatchObject({ state: 'settled', recovered: true });
      await expect(
        other.store.ledgerWriter.hold(holdEntry('b', { startedAt, claim })),
      ).rejects.toBeInstanceOf(IdempotencyConflict);
      expect(await other.store.idempotency.findClaim(keyId, 'k', startedAt)).toMatchObject({
        requestId: 'a',
        state: 'unanswered',
      });
      await expectClean(database);
    });

    test('settlements that a worker handed in before it died are kept; its waiting holds are not made', async () => {
      const { database, store } = await open(kind);
      const dying = await connectWorker(store, kind);
      const startedAt = Date.now();
      await dying.store.ledgerWriter.hold(holdEntry('a', { startedAt }));
      // The line is busy with the one of the other writer when these arrive.
      const own = store.ledgerWriter.hold(holdEntry('own', { startedAt }));
      void dying.store.ledgerWriter.settle(settlement('a', { cost: 8n }));
      void dying.store.ledgerWriter.hold(holdEntry('b', { startedAt })).catch(() => undefined);
      // What was handed in leaves at the end of the turn.
      await new Promise((resolve) => setImmediate(resolve));
      const recovered = await dying.kill();
      await own;
      expect(await store.ledgerReader.row('a')).toMatchObject({
        state: 'settled',
        recovered: false,
        cost: 8n,
      });
      const row = await store.ledgerReader.row('b');
      // It had left already, or not.
      if (row) expect(row).toMatchObject({ state: 'settled', recovered: true });
      expect(recovered).toBe(row ? 1 : 0);
      await store.ledgerWriter.settle(settlement('own'));
      await expectClean(database);
    });

    test('requests a minute that were taken by a worker that died stay taken', async () => {
      const { store } = await open(kind);
      await setLimit(store, { metric: 'requests', window: 'minute', amount: 2n });
      const [dying, other] = [await connectWorker(store, kind), await connectWorker(store, kind)];
      await dying.store.ledgerWriter.hold(holdEntry('a', { startedAt: Date.now() }));
      expect(await dying.kill()).toBe(1);
      await other.store.ledgerWriter.hold(holdEntry('b', { startedAt: Date.now() }));
      await expect(
        other.store.ledgerWriter.hold(holdEntry('c', { startedAt: Date.now() })),
      ).rejects.toBeInstanceOf(LimitExceeded);
    });

    test('workers learn of limits, of keys and of what they must not do', async () => {
      const { store } = await open(kind);
      const worker = await connectWorker(store, kind);
      expect(worker.store.ledgerWriter.metersContent()).toBe(false);
      await setLimit(store, { metric: 'cost', amount: 10_000n });
      while (!worker.store.ledgerWriter.metersContent()) await delay(10);
      expect(await worker.store.keyReader.keyByHash('test')).toMatchObject({ id: keyId, status: 'active' });
      await store.keyWriter.revokeKey(keyId, Date.now());
      await expect(
        worker.store.ledgerWriter.hold(holdEntry('a', { startedAt: Date.now() })),
      ).rejects.toMatchObject({ code: 'invalid_api_key' });
      expect(worker.store.unavailable()).toBe(undefined);
      await worker.store[Symbol.asyncDispose]();
      await expect(worker.store.ledgerWriter.hold(holdEntry('b'))).rejects.toMatchObject({
        code: 'shutting_down',
      });
    });
  });
}
