// Memory of a program just started, with many slow streams open, and after them.
import type { Entry, Field } from '../field.ts';
import { pause } from '../field.ts';
import type { ClosedJob, ManyJob } from '../load/jobs.ts';
import { memoryBytes } from '../process-tree.ts';

export interface MemoryFigures {
  readonly streams: number;
  /** Of its processes that serve; absent = one. */
  readonly workers?: number;
  /** Megabytes. */
  readonly idle: number;
  readonly loaded: number;
  readonly after: number;
  /** Streams that did not come to their end. */
  readonly lost: number;
}

export interface MemoryPlan {
  readonly streams: number;
  /** Begun each second. */
  readonly perSecond: number;
  /** Seconds after the last stream until memory is looked at again. */
  readonly restSeconds: number;
  readonly workers?: number;
}

export async function measureMemory(entry: Entry, { load }: Field, plan: MemoryPlan): Promise<MemoryFigures> {
  const { streams, perSecond, restSeconds, workers } = plan;
  const { pid, target } = entry.peer;
  const first: ClosedJob = {
    kind: 'closed',
    target,
    mode: 'now',
    stream: true,
    id: 'memory',
    concurrency: 1,
    seconds: 0.1,
  };
  await load.run(first);
  await pause(2000);
  const idle = memoryBytes(pid) / 1e6;
  const job: ManyJob = {
    kind: 'many',
    target,
    mode: 'trickle',
    stream: true,
    id: 'memory',
    count: streams,
    perSecond,
  };
  let loaded = 0;
  const looking = setInterval(() => {
    loaded = Math.max(loaded, memoryBytes(pid) / 1e6);
  }, 2000);
  const outcome = await load.run(job, { tolerant: true }).finally(() => clearInterval(looking));
  await pause(restSeconds * 1000);
  return {
    streams,
    ...(workers === undefined ? {} : { workers }),
    idle,
    loaded,
    after: memoryBytes(pid) / 1e6,
    lost: outcome.wrong,
  };
}
