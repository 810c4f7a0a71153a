import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openChannel } from './channel.ts';

const nobody = { receive: () => undefined, onEnd: () => undefined };

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
    openChannel<unknown, unknown>(other, {
      receive: (message) => received.push(message),
      onEnd: () => resolve(),
    });
  });
  const channel = openChannel<unknown, unknown>(one, nobody);
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
    nobody,
  );
  writer.send({ first: 1n });
  writer.send({ second: 'two' });
  writer.send({ third: 'cut off' });
  const received: unknown[] = [];
  const ended = new Promise<void>((resolve) => {
    openChannel<unknown, unknown>(other, {
      receive: (message) => received.push(message),
      onEnd: () => resolve(),
    });
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

test('states that nobody reads do not pile up: the newest arrives, and all else in its order', async () => {
  const [one, other] = await pair();
  const received: { kind: string; value: number }[] = [];
  const writer = openChannel<{ kind: string; value: number; filling?: string }, unknown>(one, {
    ...nobody,
    stateOf: ({ kind }) => (kind === 'order' ? undefined : kind),
  });
  other.pause();
  writer.send({ kind: 'order', value: 0, filling: 'x'.repeat(8_000_000) });
  const waiting = one.writableLength;
  expect(waiting).toBeGreaterThan(0);
  for (let value = 1; value <= 10_000; value++) writer.send({ kind: value % 2 ? 'odd' : 'even', value });
  expect(one.writableLength).toBe(waiting);
  writer.send({ kind: 'order', value: 1 });
  openChannel<unknown, { kind: string; value: number }>(other, {
    receive: ({ kind, value }) => received.push({ kind, value }),
    onEnd: () => undefined,
  });
  other.resume();
  await vi.waitFor(() => expect(received).toHaveLength(4), { timeout: 60_000 });
  expect(received).toEqual([
    { kind: 'order', value: 0 },
    { kind: 'order', value: 1 },
    { kind: 'odd', value: 9_999 },
    { kind: 'even', value: 10_000 },
  ]);
  writer.send({ kind: 'odd', value: 10_001 });
  await vi.waitFor(() => expect(received.at(-1)?.value).toBe(10_001), { timeout: 60_000 });
});

test('a process that reads nothing any more is given up before what waits for it fills the memory', async () => {
  const [one, other] = await pair();
  other.pause();
  const ended = Promise.withResolvers<string>();
  const writer = openChannel<unknown, unknown>(one, { ...nobody, onEnd: ended.resolve });
  let most = 0;
  for (let sent = 0; sent < 100; sent++) {
    writer.send('x'.repeat(1_000_000));
    most = Math.max(most, one.writableLength);
  }
  expect(await ended.promise).toBe('deaf');
  expect(most).toBeLessThan(35_000_000);
});
