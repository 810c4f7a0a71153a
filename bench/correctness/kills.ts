// `kill -9` in the middle of requests, again and again, each time started anew on what is there: are the books complete?
import type { Field, Installed } from '../field.ts';
import { pause } from '../field.ts';
import type { ClosedJob } from '../load/jobs.ts';
import type { BookRow } from '../peers/peer.ts';
import { endTree } from '../peers/serve.ts';
import { signalTree } from '../process-tree.ts';

export interface KillFigures {
  readonly kills: number;
  /** Requests that reached the upstream. */
  readonly reached: number;
  readonly rows: number;
  /** Requests at the upstream that no row stands for, at least. */
  readonly lost: number;
  /** Rows beyond the requests that reached the upstream: killed between writing the row and calling. */
  readonly beyond: number;
  readonly doubled: number;
}

const beforeKillMs = 1200;

export async function measureKills(installed: Installed, field: Field, kills: number): Promise<KillFigures> {
  const { kind } = installed;
  const id = `kill-${kind.name}`;
  let data: string | undefined;
  for (let kill = 0; kill < kills; kill++) {
    const entry = await field.enter(installed, data === undefined ? {} : { data });
    data = entry.data;
    const job: ClosedJob = {
      kind: 'closed',
      target: entry.peer.target,
      mode: 'think',
      stream: kill % 2 === 1,
      id,
      concurrency: 32,
      seconds: beforeKillMs / 1000 + 0.1,
    };
    const killed = pause(beforeKillMs).then(() => signalTree(entry.peer.pid, 'SIGKILL'));
    await Promise.all([field.load.run(job, { tolerant: true }), killed]);
    await endTree(entry.peer.pid);
  }
  if (data === undefined) throw new Error('no kill');
  // A last start closes what the last kill left open.
  const last = await field.enter(installed, { data });
  await pause(2000);
  await last.peer[Symbol.asyncDispose]();
  const reached = (await field.tally(id))[id]?.requests ?? 0;
  // Of none, none can be lost.
  if (reached === 0) throw new Error('no request came to the upstream before it was killed');
  return { kills, reached, ...compare(kind.readRows?.(data) ?? [], reached) };
}

function compare(rows: readonly BookRow[], reached: number): Omit<KillFigures, 'kills' | 'reached'> {
  const distinct = new Set(rows.map((row) => row.id)).size;
  return {
    rows: rows.length,
    lost: Math.max(0, reached - distinct),
    beyond: Math.max(0, distinct - reached),
    doubled: rows.length - distinct,
  };
}
