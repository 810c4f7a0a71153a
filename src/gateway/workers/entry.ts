// Entry of a worker's process: hears the primary over a pipe, takes connections from Node's channel, and ends with the primary. Decides
// nothing about requests.
import { Socket } from 'node:net';
import { pino } from 'pino';
import { readEnvironment } from '../../config/env.ts';
import { trimMemory } from '../trim-memory.ts';
import { openChannel } from './channel.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { channelDescriptor } from './process.ts';
import { createWorker, type ServingWorker } from './worker.ts';

/** The primary is gone: its next start closes what is open here. 128 + SIGKILL, as a shell has it. */
const orphaned = () => process.exit(137);

let worker: ServingWorker | undefined;
let ending = false;

const channel = openChannel<FromWorker, ToWorker>(
  new Socket({ fd: channelDescriptor, readable: true, writable: true }),
  (message) => {
    if (message.kind === 'begin') void begin(message.beginning);
    else if (message.kind === 'drain') void drain();
    else worker?.receive(message);
  },
  () => {
    if (!ending) orphaned();
  },
);

// Messages of Node's own channel are connections.
process.on('message', (_: unknown, socket?: Socket) => {
  if (socket && worker) worker.take(socket);
  else socket?.destroy();
});
process.on('disconnect', () => {
  if (!ending) orphaned();
});
// A Ctrl-C reaches the whole process group, and the end of a terminal too: what comes of it is the primary's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

async function begin(beginning: Extract<ToWorker, { kind: 'begin' }>['beginning']): Promise<void> {
  try {
    const log = pino({ level: beginning.logLevel }, pino.destination(2)).child({ worker: beginning.worker });
    const environment = readEnvironment(beginning.flags);
    worker = await createWorker({ beginning, environment, send: channel.send, log });
    trimMemory();
    channel.send({ kind: 'ready' });
  } catch (error) {
    channel.send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function drain(): Promise<void> {
  await worker?.drain();
  ending = true;
  process.exit(0);
}
