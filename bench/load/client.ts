// The benchmark's end of the line to the load process.
import { once } from 'node:events';
import { end, spawnPinned } from '../spawn.ts';
import type { Job, Outcome } from './jobs.ts';

export interface Load extends AsyncDisposable {
  /** Rejects when an answer was wrong, unless `tolerant`: figures of a broken run are worth nothing. */
  run(job: Job, options?: { readonly tolerant?: boolean }): Promise<Outcome>;
}

const longestJobMs = 300_000;

export function startLoad(): Load {
  const child = spawnPinned(['bench/load/process.ts'], 'around', {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    async run(job, { tolerant = false } = {}) {
      child.send(job);
      const [outcome] = (await once(child, 'message', { signal: AbortSignal.timeout(longestJobMs) })) as [
        Outcome & { readonly error?: string },
      ];
      if (outcome.error !== undefined) throw new Error(`the load process: ${outcome.error}`);
      if (outcome.wrong > 0 && !tolerant)
        throw new Error(`${outcome.wrong} wrong answers, such as ${outcome.sample}`);
      return outcome;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}
