// The load process: jobs come and outcomes go over IPC.
import type { Job } from './jobs.ts';
import { play } from './play.ts';

process.on('message', (job: Job) => {
  play(job).then(
    (outcome) => process.send?.(outcome),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
