// Where workers hand in their batches to the thread that writes the ledger: a socket for each, with nothing between it and the transaction. What
// waits in all of them is one transaction. Knows no SQL.
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';
import { createFrameReader } from './frames.ts';
import type { FromLedgerDoor, ToLedgerDoor, Transaction } from './line-control.ts';
import { createLineWriter, type Greeting, readFromWorker } from './line-messages.ts';
import { createSharedLink, type LinkShare } from './shared-link.ts';

interface Expected {
  /** Of a thread before this one, where it may have rows. */
  readonly earlier: boolean;
  /** Of its newest line. */
  share?: LinkShare;
  line?: Socket;
  /** Its process is gone. */
  forgotten: boolean;
}

/** Transactions are told together, so that telling wakes nobody up for each. */
const tellMs = 50;
const lookAgainMs = 1_000;

export interface LedgerDoor extends Disposable {
  receive(message: ToLedgerDoor): void;
}

export interface LedgerDoorParts {
  /** In one transaction. */
  readonly commit: (batch: Batch) => BatchOutcome;
  /** After what was committed is answered. */
  readonly tend: () => void;
  /** As it was when the database was opened or last asked. */
  readonly metersContent: () => boolean;
  /** Ids of all rows that are held. All of them are of workers. */
  readonly heldIds: () => readonly string[];
  readonly tell: (message: FromLedgerDoor) => void;
}

type Listen = Extract<ToLedgerDoor, { kind: 'listen' }>;

export function openLedgerDoor(
  { path, unixAtZero, tokens }: Listen,
  { commit, tend, metersContent, heldIds, tell }: LedgerDoorParts,
): LedgerDoor {
  const expected = new Map(
    tokens.map((token): [string, Expected] => [token, { earlier: true, forgotten: false }]),
  );
  const connections = new Set<Socket>();
  /** Workers of an earlier thread that have not come again: which rows are theirs is not known here. */
  const unheard = new Set(tokens);
  /** Who is gone and never came here: what it left open is what nobody else has. */
  let lost: string[] = [];
  let lookTimer: NodeJS.Timeout | undefined;
  let done: Transaction[] = [];
  let telling: NodeJS.Timeout | undefined;

  const shared = createSharedLink({
    link: {
      metersContent,
      sendBatch(batch, answer) {
        const before = metersContent();
        const outcome = commit(batch);
        const after = metersContent();
        if (after !== before) tell({ kind: 'meters', metersContent: after });
        answer(outcome);
        tend();
      },
    },
    clock: clockOf(unixAtZero),
    observer: { committed: tellLater },
    // What has come on other lines in the same turn goes along.
    soon: setImmediate,
  });

  function tellLater(transaction: Transaction): void {
    done.push(transaction);
    telling ??= setTimeout(tellNow, tellMs);
  }

  function tellNow(): void {
    clearTimeout(telling);
    telling = undefined;
    if (done.length > 0) tell({ kind: 'transactions', transactions: done });
    done = [];
  }

  function greeted(connection: Socket, { token, open }: Greeting): LinkShare {
    const worker = expected.get(token);
    if (!worker || worker.forgotten) throw new RangeError('nobody with this token is expected');
    const share = shared.share(open);
    worker.share = share;
    worker.line = connection;
    heard(token);
    connection.once('close', () => {
      if (worker.line !== connection) return;
      delete worker.line;
      void leave(token, worker);
    });
    return share;
  }

  /** A line alone that has ended says nothing: its worker may come again, and has what it has open with it. */
  async function leave(token: string, { share, line, earlier, forgotten }: Expected): Promise<void> {
    if (!forgotten || line) return;
    expected.delete(token);
    if (share || !earlier) {
      const recovered = (await share?.abandon()) ?? 0;
      tell({ kind: 'left', token, recovered });
      return;
    }
    lost.push(token);
    heard(token);
  }

  function heard(token: string): void {
    unheard.delete(token);
    if (unheard.size === 0 && lost.length > 0) void closeLost();
  }

  /** Whoever lives has said what it has open: the rest is of those who died together with the thread before this one. */
  async function closeLost(): Promise<void> {
    clearTimeout(lookTimer);
    const known = new Set<string>();
    for (const { share } of expected.values()) for (const id of share?.open ?? []) known.add(id);
    let ids: readonly string[];
    try {
      ids = heldIds().filter((id) => !known.has(id));
    } catch {
      // A database that cannot be read now.
      lookTimer = setTimeout(closeLost, lookAgainMs);
      return;
    }
    const [first, ...others] = lost;
    lost = [];
    const recovered = await shared.share(ids).abandon();
    // Whose is which nobody knows.
    if (first !== undefined) tell({ kind: 'left', token: first, recovered });
    for (const token of others) tell({ kind: 'left', token, recovered: 0 });
  }

  function serve(connection: Socket): void {
    const writer = createLineWriter();
    let share: LinkShare | undefined;

    function receive(message: Buffer): void {
      const said = readFromWorker(message);
      if ('token' in said) {
        if (share) throw new RangeError('a second greeting');
        share = greeted(connection, said);
      } else if (share) {
        share.sendBatch(said, (outcome) => {
          if (connection.writable) connection.write(writer.outcome(outcome, metersContent()));
        });
      } else throw new RangeError('a batch of nobody');
    }

    connections.add(connection);
    connection.on(
      'data',
      createFrameReader((message) => guarded(connection, () => receive(message))),
    );
    connection.on('error', () => undefined);
    connection.once('close', () => connections.delete(connection));
  }

  const server = createServer(serve);
  // Also later ones, such as too many open files at a connection: nobody to hear them would be the thread's end.
  server.on('error', ({ message }) => tell({ kind: 'not-listening', message }));
  // One that a thread before this one left.
  if (process.platform !== 'win32') rmSync(path, { force: true });
  server.listen(path, () => tell({ kind: 'listening' }));

  return {
    receive(message) {
      const { kind } = message;
      if (kind === 'listen') return;
      const { token } = message;
      // Whom this thread has never heard of died while there was none.
      const worker = expected.get(token) ?? { earlier: kind === 'forget', forgotten: false };
      expected.set(token, worker);
      if (kind === 'expect') return;
      worker.forgotten = true;
      void leave(token, worker);
    },
    [Symbol.dispose]() {
      tellNow();
      clearTimeout(lookTimer);
      shared.close();
      server.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

/** What nobody of ours says ends its line, and not the ledger. */
function guarded(connection: Socket, work: () => void): void {
  try {
    work();
  } catch {
    connection.destroy();
  }
}

function clockOf(unixAtZero: number): Clock {
  const monotonic = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;
  return { now: () => unixAtZero + monotonic(), monotonic };
}
