// The benchmark's end of the line to the load process.
import { once } from 'node:events';
import type { Job, Outcome } from './load.ts';
import { end, spawnPinned } from './spawn.ts';

export interface Load extends AsyncDisposable {
  /** Rejects when a single answer was wrong: figures of a broken run are worth nothing. */
  run(job: Job): Promise<Outcome>;
}

const longestJobMs = 300_000;

export function startLoad(): Load {
  const child = spawnPinned(['bench/load.ts'], 'around', { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    async run(job) {
      child.send(job);
      const [outcome] = (await once(child, 'message', { signal: AbortSignal.timeout(longestJobMs) })) as [
        Outcome,
      ];
      if (outcome.error !== undefined) throw new Error(`load on ${job.url}: ${outcome.error}`);
      if (outcome.wrong > 0)
        throw new Error(`${outcome.wrong} wrong answers from ${job.url}, such as:\n${outcome.sample}`);
      return outcome;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}
