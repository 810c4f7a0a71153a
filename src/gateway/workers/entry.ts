// Entry of a worker's process: hears the primary over a pipe, takes connections from Node's channel, and ends with the primary. Decides
// nothing about requests.
import { Socket } from 'node:net';
import { readEnvironment } from '../../config/env.ts';
import { type Log, openLog } from '../../telemetry/log.ts';
import { trimAfterPeaks } from '../trim-after-peaks.ts';
import { trimMemory } from '../trim-memory.ts';
import { openChannel } from './channel.ts';
import { type FromWorker, stateToldToPrimary, type ToWorker } from './messages.ts';
import { channelDescriptor } from './process.ts';
import { createWorker, type ServingWorker } from './worker.ts';

/** The primary is gone: its next start closes what is open here. 128 + SIGKILL, as a shell has it. */
const orphaned = () => process.exit(137);

let worker: ServingWorker | undefined;
let opened: Log | undefined;
let hearStore: (message: unknown) => void = () => undefined;
/** What is said while the worker is put together, but for the answers of the store, which that needs. */
const early: ToWorker[] = [];
let ending = false;

const channel = openChannel<FromWorker, ToWorker>(
  new Socket({ fd: channelDescriptor, readable: true, writable: true }),
  {
    receive(message) {
      if (message.kind === 'begin') void begin(message.beginning);
      else if (message.kind === 'drain') void drain();
      else if (message.kind === 'store') hearStore(message.message);
      else if (worker) worker.receive(message);
      else early.push(message);
    },
    // A primary that has not read for so long cannot be served for either.
    onEnd() {
      if (!ending) orphaned();
    },
    stateOf: stateToldToPrimary,
  },
);

// Messages of Node's own channel are connections.
process.on('message', (_: unknown, socket?: Socket) => {
  if (worker) worker.take(socket);
  else socket?.destroy();
});
process.on('disconnect', () => {
  if (!ending) orphaned();
});
// A Ctrl-C reaches the whole process group, and the end of a terminal too: what comes of it is the primary's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

async function begin(beginning: Extract<ToWorker, { kind: 'begin' }>['beginning']): Promise<void> {
  try {
    opened = openLog(beginning.logLevel, { worker: beginning.worker });
    const { log } = opened;
    const environment = readEnvironment(beginning.flags);
    const onStore = (hear: typeof hearStore) => {
      hearStore = hear;
    };
    worker = await createWorker({ beginning, environment, send: channel.send, onStore, log });
    for (const message of early.splice(0)) worker.receive(message);
    trimMemory();
    trimAfterPeaks();
    channel.send({ kind: 'ready' });
  } catch (error) {
    channel.send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function drain(): Promise<void> {
  await worker?.drain();
  ending = true;
  await channel.close();
  await opened?.[Symbol.asyncDispose]();
  process.exit(0);
}
