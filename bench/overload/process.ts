// The process of the clients: a job comes and its outcome goes over IPC.
import { overload } from './clients.ts';
import type { OverloadJob } from './jobs.ts';

process.on('message', (job: OverloadJob) => {
  overload(job).then(
    (outcome) => process.send?.(outcome),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
