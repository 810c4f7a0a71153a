// Starts the process of a worker and knows how it is wired. Nothing here decides when.
import { type ChildProcess, fork } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { workerVariables } from '../../config/env.ts';
import { siblingModule } from '../../core/module-path.ts';

/** Where a worker finds the pipe to the primary; after the standard streams and Node's own channel. */
export const channelDescriptor = 4;

export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly pipe: Duplex;
}

export type StartWorkerProcess = () => WorkerProcess;

export const startWorkerProcess: StartWorkerProcess = () => {
  const child = fork(siblingModule(import.meta.url, './entry'), [], {
    env: { ...workerVariables() },
    // Answers of commands that Ctrl-D ends are no business of a worker.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
  });
  return { child, pipe: child.stdio[channelDescriptor] as Duplex };
};

/** Resolves when it is known how the process ended, which is a moment after its pipe has; of one that never began that is at once. */
export function untilExit(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
