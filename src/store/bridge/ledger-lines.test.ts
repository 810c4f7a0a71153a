// Workers with lines of their own to the thread that writes the ledger: a real thread, a real database, real sockets. A worker is cut off by a
// relay in between, as its process's end would.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { holdEntry, keyId, settlement, temporaryFolder } from '../../../tests/ledger/fixtures.ts';
import { systemClock } from '../../core/clock.ts';
import { siblingModule } from '../../core/module-path.ts';
import type { ConnectedWorker, LedgerObserver, ServingStore } from '../../core/store.ts';
import { createAdminStore } from '../sql/admin-store.ts';
import { idempotencyStatements } from '../sql/idempotency.ts';
import { ledgerStatements } from '../sql/ledger.ts';
import { limitStatements } from '../sql/limits-in-force.ts';
import { nodeStatements } from '../sql/nodes.ts';
import { createKeyStoreWriter } from '../sql/readers.ts';
import { usageHourStatements } from '../sql/usage-hours.ts';
import { createSqliteCompiler } from '../sqlite/compile.ts';
import type { WorkerSettings } from '../sqlite/messages.ts';
import { openWorker } from '../sqlite/worker-link.ts';
import { createLedgerLines } from './ledger-lines.ts';
import type { StoreState } from './messages.ts';
import { openServingStore } from './open.ts';
import { shareLink } from './share.ts';

type Committed = Parameters<LedgerObserver['committed']>[0];

const db = createSqliteCompiler();

const settingsFor = (folder: string): WorkerSettings => ({
  folder,
  role: 'gateway',
  node: 'test',
  now: Date.now(),
  busyTimeoutMs: 1_000,
  synchronous: 'FULL',
  statements: {
    ...ledgerStatements(db),
    ...nodeStatements(db),
    ...limitStatements(db),
    ...usageHourStatements(db),
    ...idempotencyStatements(db),
  },
});

async function openSite() {
  const folder = temporaryFolder();
  const threads: Worker[] = [];
  const transactions: Committed[] = [];
  const link = await openWorker(
    settingsFor(folder),
    () => undefined,
    (settings) => {
      const thread = new Worker(siblingModule(import.meta.url, '../sqlite/worker'), { workerData: settings });
      threads.push(thread);
      return thread;
    },
  );
  const sharing = await shareLink(link, { clock: systemClock, usual: link, quick: link });
  const lines = createLedgerLines({
    link,
    connect: sharing.connect,
    clock: systemClock,
    observer: { committed: (transaction) => void transactions.push(transaction) },
  });
  onTestFinished(async () => {
    sharing[Symbol.dispose]();
    await link.close(Date.now());
  });
  await createKeyStoreWriter(db, link).addFirstKey(
    { id: keyId, name: 'test', hash: 'test', preview: 'test', createdAt: 1 },
    { id: 'proj_test', name: 'default', createdAt: 1 },
  );
  const path = join(folder, 'ledger.sock');
  await lines.listen(path);

  async function stateOf(id: string) {
    const sql = 'select state, recovered, cost_nanousd as cost from requests where id = ?';
    const [[row] = []] = await link.query([{ sql, parameters: [id] }]);
    return row && [row.state, Boolean(row.recovered), Number(row.cost)];
  }
  return { folder, path, link, lines, transactions, stateOf, thread: () => threads.at(-1) as Worker };
}

type Site = Awaited<ReturnType<typeof openSite>>;

/** `cut`: its process is gone, as far as its line shows. `ended`: it is known to be gone. */
async function openLine(site: Site): Promise<{
  readonly store: ServingStore;
  readonly end: ConnectedWorker;
  /** Its line breaks; resolves when it has another. */
  interrupt(): Promise<void>;
  cut(): void;
}> {
  const sockets = new Set<Socket>();
  let lines = 0;
  const relay = createServer((from) => {
    lines++;
    const to = connect(site.path);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.once('close', () => other.destroy());
    }
  });
  const name = `relay-${Math.random().toString(36).slice(2)}.sock`;
  relay.listen(join(site.folder, name));
  await once(relay, 'listening');
  const breakOff = () => {
    for (const socket of sockets) socket.destroy();
  };
  const cut = () => {
    relay.close();
    breakOff();
  };
  onTestFinished(cut);
  const end = site.lines.connect((message) => queueMicrotask(() => opened.receive(message)));
  const state = end.state as StoreState;
  const opened = await openServingStore({
    dialect: 'sqlite',
    send: (message) => end.receive(message),
    state: { ...state, line: { path: join(site.folder, name), token: state.line?.token } },
    clock: systemClock,
    report: () => undefined,
  });
  async function interrupt(): Promise<void> {
    const before = lines;
    breakOff();
    await vi.waitFor(() => expect(lines).toBe(before + 1), { timeout: 60_000 });
    await vi.waitFor(() => expect(opened.store.unavailable()).toBe(undefined), { timeout: 60_000 });
  }
  return { store: opened.store, end, interrupt, cut };
}

const hold = (store: ServingStore, id: string) =>
  store.ledgerWriter.hold(holdEntry(id, { startedAt: Date.now() }));

test('batches of several workers are committed, and what is left open is closed when a worker is gone', async () => {
  const site = await openSite();
  const [dying, other] = [await openLine(site), await openLine(site)];
  await Promise.all([
    hold(dying.store, 'a'),
    hold(dying.store, 'b'),
    hold(dying.store, 'c'),
    hold(other.store, 'd'),
  ]);
  dying.store.ledgerWriter.checkpoint({
    id: 'a',
    usage: { input: 3, output: 4 },
    usageSource: 'estimated',
    cost: 70n,
    at: Date.now(),
  });
  await dying.store.ledgerWriter.settle(settlement('c', { cost: 5n }));
  dying.cut();
  expect(await dying.end.ended()).toBe(2);
  expect(await site.stateOf('a')).toEqual(['settled', true, 70]);
  expect(await site.stateOf('b')).toEqual(['settled', true, 0]);
  expect(await site.stateOf('c')).toEqual(['settled', false, 5]);
  expect((await site.stateOf('d'))?.[0]).toBe('held');
  await other.store.ledgerWriter.settle(settlement('d', { cost: 9n }));
  expect(await site.stateOf('d')).toEqual(['settled', false, 9]);
  await other.store[Symbol.asyncDispose]();
  expect(await other.end.ended()).toBe(0);
  await vi.waitFor(
    () => {
      const items = site.transactions.reduce((sum, transaction) => sum + transaction.items, 0);
      // Four holds, a checkpoint, two settlements, two that were closed.
      expect(items).toBe(9);
    },
    { timeout: 60_000 },
  );
});

test('a worker that is known to be gone before its line has ended is heard to its end', async () => {
  const site = await openSite();
  const dying = await openLine(site);
  await hold(dying.store, 'a');
  const ended = dying.end.ended();
  await dying.store.ledgerWriter.settle(settlement('a', { cost: 8n }));
  await hold(dying.store, 'b');
  dying.cut();
  expect(await ended).toBe(1);
  expect(await site.stateOf('a')).toEqual(['settled', false, 8]);
  expect(await site.stateOf('b')).toEqual(['settled', true, 0]);
});

test('a line that ends closes nothing while its worker lives; it comes again, and is closed with all it has open', async () => {
  const site = await openSite();
  const worker = await openLine(site);
  await hold(worker.store, 'a');
  await worker.interrupt();
  await hold(worker.store, 'b');
  expect((await site.stateOf('a'))?.[0]).toBe('held');
  await worker.store.ledgerWriter.settle(settlement('a', { cost: 3n }));
  expect(await site.stateOf('a')).toEqual(['settled', false, 3]);
  await hold(worker.store, 'c');
  await worker.interrupt();
  await hold(worker.store, 'd');
  worker.cut();
  expect(await worker.end.ended()).toBe(3);
  for (const id of ['b', 'c', 'd']) expect(await site.stateOf(id)).toEqual(['settled', true, 0]);
});

test('a thread that dies is replaced: workers come again with what they have open', {
  timeout: 60_000,
}, async () => {
  const site = await openSite();
  const [one, other] = [await openLine(site), await openLine(site)];
  await Promise.all([hold(one.store, 'a'), hold(other.store, 'b')]);
  await site.thread().terminate();
  await expect(hold(one.store, 'refused')).rejects.toMatchObject({ code: 'ledger_unavailable' });
  expect(one.store.unavailable()).toBeDefined();
  let tries = 0;
  await vi.waitFor(() => hold(one.store, `c${++tries}`), { timeout: 30_000, interval: 20 });
  await vi.waitFor(() => expect(other.store.unavailable()).toBe(undefined), { timeout: 60_000 });
  await one.store.ledgerWriter.settle(settlement('a', { cost: 4n }));
  expect(await site.stateOf('a')).toEqual(['settled', false, 4]);
  other.cut();
  expect(await other.end.ended()).toBe(1);
  expect(await site.stateOf('b')).toEqual(['settled', true, 0]);
  expect((await site.stateOf(`c${tries}`))?.[0]).toBe('held');
});

test('a worker that dies together with the thread: what it had open is closed when the others have said what is theirs', {
  timeout: 60_000,
}, async () => {
  const site = await openSite();
  const [dying, silent, other] = [await openLine(site), await openLine(site), await openLine(site)];
  await Promise.all([hold(dying.store, 'a'), hold(silent.store, 'b'), hold(other.store, 'c')]);
  await dying.store.ledgerWriter.settle(settlement('a', { cost: 5n }));
  await Promise.all([hold(dying.store, 'd'), hold(dying.store, 'e')]);
  for (const { cut } of [dying, silent]) cut();
  await site.thread().terminate();
  const closed = dying.end.ended();
  let tries = 0;
  await vi.waitFor(() => hold(other.store, `f${++tries}`), { timeout: 30_000, interval: 20 });
  // One that lives has not come yet: any of them may be its.
  for (const id of ['b', 'c', 'd', 'e']) expect((await site.stateOf(id))?.[0]).toBe('held');
  const recovered = await Promise.all([closed, silent.end.ended()]);
  expect(recovered[0] + recovered[1]).toBe(3);
  expect(await site.stateOf('a')).toEqual(['settled', false, 5]);
  for (const id of ['b', 'd', 'e']) expect(await site.stateOf(id)).toEqual(['settled', true, 0]);
  for (const id of ['c', `f${tries}`]) expect((await site.stateOf(id))?.[0]).toBe('held');
  await other.store.ledgerWriter.settle(settlement('c', { cost: 4n }));
  expect(await site.stateOf('c')).toEqual(['settled', false, 4]);
});

test('who is not expected, or says what nobody says, is cut off, and the ledger goes on', async () => {
  const site = await openSite();
  const worker = await openLine(site);
  for (const said of [
    Buffer.of(1, 0, 0, 0, 99),
    Buffer.of(2, 0, 0, 0, 1, 0),
    // A greeting with a token that nobody was given.
    Buffer.of(9, 0, 0, 0, 1, 5, 2, 97, 97, 0, 0, 0, 0),
    // A batch before a greeting.
    Buffer.of(13, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  ]) {
    const stranger = connect(site.path).resume();
    stranger.write(said);
    await once(stranger, 'close');
  }
  await hold(worker.store, 'a');
  expect((await site.stateOf('a'))?.[0]).toBe('held');
});

test('whether limits meter content is known with the next outcome, and the gateway knows it as well', async () => {
  const site = await openSite();
  const worker = await openLine(site);
  await hold(worker.store, 'a');
  expect(worker.store.ledgerWriter.metersContent()).toBe(false);
  const limit = {
    id: 'lim_0',
    scope: { key: keyId },
    metric: 'tokens',
    window: 'month',
    amount: 10_000n,
    timeZone: 'UTC',
    source: 'config',
    revision: 1,
    createdAt: 1,
    updatedAt: 1,
  } as const;
  const { limitWriter } = createAdminStore(db, site.link);
  await limitWriter.syncConfig([limit], 1, (action) => ({
    id: 'aud_0',
    at: 1,
    actor: 'test',
    action,
    targetKind: 'limit',
    targetId: limit.id,
  }));
  const held = await hold(worker.store, 'b');
  expect(held.standings).toMatchObject([{ metric: 'tokens', window: 'month', amount: 10_000n }]);
  expect(worker.store.ledgerWriter.metersContent()).toBe(true);
  expect(site.link.metersContent()).toBe(true);
});
