// Entry of the embedded model's process: options in argv[2], news to the parent over IPC. It ends when the parent
// asks, and when the parent is gone.
import type { ChildMessage, ChildOptions } from './child-protocol.ts';
import { type ServedModel, serveModel } from './serve-model.ts';

/** If a clean end takes longer than this, the process ends anyway. */
const endWithinMs = 5000;

let served: ServedModel | undefined;
let ending = false;

async function main(): Promise<void> {
  process.once('disconnect', end);
  // Not `once`: a library of the engine ends the process by force when it finds its own listener alone.
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  try {
    const options = JSON.parse(process.argv[2] ?? '') as ChildOptions;
    served = await serveModel(options, (progress) => tell({ type: 'loading', progress }));
    if (ending) return;
    tell({ type: 'ready', info: served.info });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!process.connected) process.stderr.write(`${reason}\n`);
    tell({ type: 'failed', reason }, () => process.exit(1));
  }
}

function tell(message: ChildMessage, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => sent());
  else sent();
}

function end(): void {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(0), endWithinMs).unref();
  Promise.resolve(served?.[Symbol.asyncDispose]()).finally(() => process.exit(0));
}

await main();
