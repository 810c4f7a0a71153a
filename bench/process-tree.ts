// A process with all its descendants, as the kernel counts them: CPU, memory, stop and go. proc(5), so only on Linux.
import { readdirSync, readFileSync } from 'node:fs';

/** The process and everything it started that is still its descendant, itself first. */
export function treeOf(root: number): number[] {
  const all = [root];
  for (const pid of all) {
    for (const thread of list(`/proc/${pid}/task`)) {
      const children = read(`/proc/${pid}/task/${thread}/children`).trim();
      if (children !== '') all.push(...children.split(' ').map(Number));
    }
  }
  return all;
}

export interface CpuReading {
  /** Nanoseconds on a processor by thread, user and system. */
  readonly threads: ReadonlyMap<string, number>;
  /** Microseconds by process, threads that have ended and children that were waited for too; steps of 10 ms. */
  readonly processes: number;
}

const microsPerTick = 10_000;

export function readCpu(root: number): CpuReading {
  const threads = new Map<string, number>();
  let ticks = 0;
  for (const pid of treeOf(root)) {
    for (const thread of list(`/proc/${pid}/task`)) {
      const nanos = Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
      if (!Number.isNaN(nanos)) threads.set(`${pid}/${thread}`, nanos);
    }
    // Behind the name in parentheses, which may hold spaces, user and system time are the 12th and 13th field, those of
    // ended children the two after.
    const fields = read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    ticks += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  }
  return { threads, processes: ticks * microsPerTick };
}

/** Microseconds of CPU between two readings: by thread, unless threads have ended whose time only the coarse count still has. */
export function cpuMicrosBetween(before: CpuReading, after: CpuReading): number {
  let nanos = 0;
  for (const [thread, now] of after.threads) nanos += now - (before.threads.get(thread) ?? 0);
  const fine = nanos / 1000;
  const coarse = after.processes - before.processes;
  const gone = [...before.threads.keys()].some((thread) => !after.threads.has(thread));
  return gone ? Math.max(fine, coarse) : fine;
}

/** Of a reading of a whole tree only what one process of it used, in fine steps. */
export function ownThreads({ threads }: CpuReading, pid: number): CpuReading {
  const own = [...threads].filter(([thread]) => thread.startsWith(`${pid}/`));
  return { threads: new Map(own), processes: 0 };
}

/** Bytes of memory that would be free without it: proportional set size, so that shared libraries count once. */
export function memoryBytes(root: number): number {
  let kibibytes = 0;
  for (const pid of treeOf(root)) {
    kibibytes += Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  }
  return kibibytes * 1024;
}

/** `SIGSTOP`, `SIGCONT` or `SIGKILL` to all of them. Processes that have ended meanwhile do not matter. */
export function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of treeOf(root)) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Empty for a process or thread that has ended. */
function read(path: string): string {
  return tried(() => readFileSync(path, 'utf8'), '');
}

function list(path: string): string[] {
  return tried(() => readdirSync(path), []);
}

function tried<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return otherwise;
    throw error;
  }
}
