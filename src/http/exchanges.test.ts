// What becomes of an exchange whose socket ends, among others that go on.
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { createExchanges } from './exchanges.ts';

/** One request whose answer was written and has not left, over a socket that others may share. */
function pair(socket: EventEmitter & { destroyed?: boolean } = new EventEmitter()) {
  const outgoing = Object.assign(new EventEmitter(), { writableFinished: false, destroyed: false, socket });
  // As Node does: the end of the socket is the end of the answer, told while the socket still tells its own.
  socket.on('close', () => outgoing.emit('close'));
  const incoming = Object.assign(new EventEmitter(), { socket, complete: true });
  return {
    socket,
    outgoing,
    incoming: incoming as unknown as IncomingMessage,
    response: outgoing as unknown as ServerResponse,
  };
}

const done = () => Promise.resolve();
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a client that leaves while its answer is on its way takes no other exchange along', async () => {
  const exchanges = createExchanges(systemClock, () => 'req_x');
  const gone = pair();
  const others = [pair(), pair(), pair()];
  let aborted = 0;
  exchanges.run(gone.incoming, gone.response, done);
  for (const other of others) {
    exchanges.run(other.incoming, other.response, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted++;
    });
  }
  await turn();
  gone.socket.emit('close');
  expect(exchanges.underWay()).toBe(3);
  for (const { socket } of others) expect(exchanges.answerable(socket as never)).toBe(false);
  expect(exchanges.answerable(gone.socket as never)).toBe(true);
  const drained = exchanges.drain(1);
  await turn();
  for (const { outgoing } of others) outgoing.destroyed = true;
  await drained;
  expect(aborted).toBe(3);
});

test('many requests in one packet are no leak of listeners', async () => {
  const warnings: unknown[] = [];
  const hear = (warning: Error) => void warnings.push(warning.name);
  process.on('warning', hear);
  const exchanges = createExchanges(systemClock, () => 'req_x');
  const socket = new EventEmitter();
  for (let count = 0; count < 50; count++) {
    const outgoing = Object.assign(new EventEmitter(), {
      writableFinished: false,
      destroyed: false,
      socket: null,
    });
    const incoming = Object.assign(new EventEmitter(), { socket, complete: true });
    exchanges.run(incoming as unknown as IncomingMessage, outgoing as unknown as ServerResponse, done);
  }
  await turn();
  await turn();
  process.off('warning', hear);
  expect(warnings).toEqual([]);
  socket.emit('close');
  expect(exchanges.underWay()).toBe(0);
  expect(socket.listenerCount('close')).toBe(0);
});
