// The life of this node beside its batches: a heartbeat each second, the runs of others that have fallen silent, changes
// that others made, and settlements that wait on this machine for the database to come back.
import type { Client } from 'pg';
import type { StoreProblem } from '../../core/store.ts';
import { type Cell, settleCells } from '../sql/ledger.ts';
import { messageOf } from './failure.ts';
import type { Chore, LedgerLink } from './ledger-link.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { type Line, onLine } from './line.ts';
import { beat, earlierRuns, silentRuns, startRun } from './nodes.ts';
import { endRun } from './recovery.ts';
import type { Spool } from './spool.ts';

export interface NodeTimes {
  /** Between two heartbeats, in ms. */
  readonly beatMs: number;
  /** A run without a heartbeat for so long is over, in ms. */
  readonly silentMs: number;
}

export interface NodeParts extends LedgerParts, NodeTimes {
  /** Ms from an arbitrary start. */
  readonly now: () => number;
  readonly name: string;
  /** For heartbeats and what other nodes announce. */
  readonly line: Line;
  /** The ledger's own connection, made again here when it was lost: nobody may come to ask for it. */
  readonly ledgerLine: Line;
  readonly chore: Chore;
  readonly spool: Spool;
  readonly report: (problem: StoreProblem) => void;
}

export interface Node {
  readonly epoch: number;
  /** A new epoch, since others closed the rows of the present one. */
  renew(): Promise<void>;
  /** Writes what waits in the spool, closes what earlier runs of this node left held (how many rows), and goes on beating. */
  start(link: LedgerLink): Promise<number>;
  /** Looks at once whether limits have changed. */
  notice(): void;
  /** Why the last heartbeat failed; `undefined` while they go through. */
  failure(): string | undefined;
  /**
   * The last things of a run that ends in order. Rejects while the database is away: others close the run when it has
   * fallen silent, and what waits in the spool is for the next start.
   */
  stop(link: LedgerLink): Promise<void>;
}

/** Settlements out of the spool that go in one transaction. */
const replayedAtOnce = 500;

/** Starts a run: rejects with the driver's errors when there is no database. */
export async function startNode(parts: NodeParts): Promise<Node> {
  const { line, spool, chore, report } = parts;
  let epoch = await chore((client) => startRun(client, parts.name));
  let renewal: Promise<void> | undefined;
  let failure: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  /** Since when the database was there at every look. */
  let watchingSince: number | undefined;

  function renew(): Promise<void> {
    renewal ??= (async () => {
      report({ kind: 'node-declared-dead', epoch });
      epoch = await chore((client) => startRun(client, parts.name));
    })().finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  async function noticeChanges(client: Client): Promise<void> {
    const { rows } = await client.query({
      name: 'tollgate_generation',
      text: "select value from generations where name = 'limits'",
    });
    await parts.limits.refresh(client, rows[0]?.value);
  }

  async function lookAround(link: LedgerLink): Promise<void> {
    const client = await line.client();
    try {
      if (!(await beat(client, epoch))) await renew();
      await parts.ledgerLine.client();
      failure = undefined;
      await noticeChanges(client);
      watchingSince ??= parts.now();
      for (const silent of await silentRuns(client, parts.silentMs)) {
        // After an outage nobody has been heard of: the others get as long to come back.
        if (silent === epoch || parts.now() - watchingSince < parts.silentMs) continue;
        const rows = await chore((other) => endRun(other, silent, parts, parts.silentMs));
        if (rows !== undefined) report({ kind: 'node-recovered', epoch: silent, rows });
      }
      if (spool.waiting) await replay(link);
    } catch (error) {
      line.drop(client);
      throw error;
    }
  }

  async function replay(link: LedgerLink): Promise<void> {
    const records = spool.take();
    const doubtful = new Set<unknown>();
    const transactions = new Set<string>();
    for (const { transaction, settle } of records) {
      if (transaction === undefined) continue;
      doubtful.add(settle.id);
      transactions.add(transaction);
    }
    // A row that is not there yet cannot be released: what is left goes again at the next look.
    for (const transaction of transactions) if (!(await link.isOver(transaction))) return;
    for (let start = 0; start < records.length; start += replayedAtOnce) {
      const chunk = records.slice(start, start + replayedAtOnce);
      const cells = chunk.flatMap(({ settle }) => settleCells.map((name): Cell => settle[name] ?? null));
      for (const { index, reason, detail = 'refused by the database' } of await link.settleAgain(cells)) {
        const id = String(chunk[index]?.settle.id);
        if (reason !== 'unknown-id') report({ kind: 'settle-lost', id, reason: detail });
        else if (!doubtful.has(id)) report({ kind: 'settle-unknown-id', id });
      }
    }
    spool.replayed();
    const settlements = records.length - doubtful.size;
    if (settlements > 0) report({ kind: 'spool-replayed', settlements });
    // What came while this was read.
    if (spool.waiting) await replay(link);
  }

  function schedule(link: LedgerLink): void {
    timer = setTimeout(() => {
      running = lookAround(link)
        .catch((error) => {
          failure = messageOf(error);
          watchingSince = undefined;
        })
        .finally(() => {
          if (!stopped) schedule(link);
        });
    }, parts.beatMs);
    timer.unref();
  }

  return {
    get epoch() {
      return epoch;
    },
    renew,
    async start(link) {
      await onLine(line, noticeChanges);
      await replay(link);
      let closed = 0;
      for (const earlier of await chore((client) => earlierRuns(client, parts.name, epoch))) {
        closed += (await chore((client) => endRun(client, earlier, parts))) ?? 0;
      }
      schedule(link);
      return closed;
    },
    notice() {
      void line
        .client()
        .then(noticeChanges)
        // The next heartbeat says what is wrong.
        .catch(() => {});
    },
    failure: () => failure,
    async stop(link) {
      stopped = true;
      clearTimeout(timer);
      await running;
      await replay(link);
      if (!spool.waiting) await chore((client) => endRun(client, epoch, parts));
    },
  };
}
