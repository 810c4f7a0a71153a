// The benchmark's end of the line to the load process.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { end, spawnPinned } from '../spawn.ts';
import { trickled } from '../wire.ts';
import type { Job, Outcome } from './jobs.ts';

export interface RunOptions {
  /** Wrong answers are counted and no failure. */
  readonly tolerant?: boolean;
  /** Beyond what the job should take; a program that never answers a request must not hold up all others. Default a minute. */
  readonly patienceMs?: number;
}

export interface Load extends AsyncDisposable {
  readonly pid: number;
  /** Rejects when an answer was wrong, unless `tolerant`: figures of a broken run are worth nothing. */
  run(job: Job, options?: RunOptions): Promise<Outcome>;
}

const usualPatienceMs = 60_000;

interface Told {
  readonly number: number;
  readonly outcome?: Outcome;
  readonly error?: string;
}

export function startLoad(): Load {
  let child = spawnLoad();
  let jobs = 0;

  async function outcomeOf(job: Job, patienceMs: number): Promise<Told> {
    const number = ++jobs;
    if (hasEnded(child)) child = spawnLoad();
    const ended = new AbortController();
    const whenGone = () => ended.abort();
    const asked = child.once('exit', whenGone);
    const signal = AbortSignal.any([AbortSignal.timeout(expectedMs(job) + patienceMs), ended.signal]);
    child.send({ number, job });
    try {
      for (;;) {
        const [told] = (await once(child, 'message', { signal })) as [Told];
        if (told.number === number) return told;
      }
    } catch {
      // That is no fault of the program it asked.
      if (ended.signal.aborted) throw new Error('the load process ended in the middle');
      // What it waits for may never come.
      child.kill('SIGKILL');
      child = spawnLoad();
      throw new Error(`requests were not answered within ${patienceMs / 1000} s`);
    } finally {
      asked.off('exit', whenGone);
    }
  }

  return {
    get pid() {
      return child.pid ?? 0;
    },
    async run(job, { tolerant = false, patienceMs = usualPatienceMs } = {}) {
      const { outcome, error } = await outcomeOf(job, patienceMs);
      if (!outcome) throw new Error(`the load process: ${error}`);
      if (outcome.wrong > 0 && !tolerant)
        throw new Error(`${outcome.wrong} wrong answers, such as ${outcome.sample}`);
      return outcome;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

function spawnLoad(): ChildProcess {
  return spawnPinned(['bench/load/process.ts'], 'around', { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

function expectedMs(job: Job): number {
  return 1000 * (job.kind === 'many' ? job.count / job.perSecond + trickled : job.seconds);
}
