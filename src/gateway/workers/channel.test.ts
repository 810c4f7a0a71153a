import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openChannel } from './channel.ts';

async function pair(): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const one = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [other] = await accepted;
  onTestFinished(() => {
    one.destroy();
    other.destroy();
    server.close();
  });
  return [one, other];
}

test('messages arrive whole and in order, however they are cut, and the end comes last', async () => {
  const [one, other] = await pair();
  const messages: unknown[] = [
    { kind: 'batch', holds: ['id', 1, null, 2n ** 62n + 1n] },
    { text: 'ü'.repeat(300_000) },
    ...Array.from({ length: 200 }, (_, index) => ({ index, bytes: Buffer.alloc(index, index) })),
  ];
  const received: unknown[] = [];
  const ended = new Promise<void>((resolve) => {
    openChannel<unknown, unknown>(other, (message) => received.push(message), resolve);
  });
  const channel = openChannel<unknown, unknown>(
    one,
    () => undefined,
    () => undefined,
  );
  for (const message of messages) channel.send(message);
  one.end();
  await ended;
  expect(received).toEqual(messages);
});

test('bytes one by one are messages all the same; what is cut off is none', async () => {
  const [one, other] = await pair();
  const sent: Buffer[] = [];
  const writer = openChannel<unknown, unknown>(
    Object.assign(Object.create(one), { writable: true, write: (bytes: Buffer) => sent.push(bytes) }),
    () => undefined,
    () => undefined,
  );
  writer.send({ first: 1n });
  writer.send({ second: 'two' });
  writer.send({ third: 'cut off' });
  const received: unknown[] = [];
  const ended = new Promise<void>((resolve) => {
    openChannel<unknown, unknown>(other, (message) => received.push(message), resolve);
  });
  const bytes = Buffer.concat(sent).subarray(0, -3);
  one.setNoDelay(true);
  for (const byte of bytes) {
    one.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  one.destroySoon();
  await ended;
  expect(received).toEqual([{ first: 1n }, { second: 'two' }]);
});
