// The load process: jobs come and outcomes go over IPC, each with the number of its job.
import type { Job } from './jobs.ts';
import { play } from './play.ts';

process.on('message', ({ number, job }: { readonly number: number; readonly job: Job }) => {
  play(job).then(
    (outcome) => process.send?.({ number, outcome }),
    (error: Error) => process.send?.({ number, error: error.message }),
  );
});
