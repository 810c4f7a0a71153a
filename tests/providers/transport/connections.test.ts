// The transport's connections on real sockets: which are used again and which never, because what came over them might be taken for
// another client's answer.
import { expect, test } from 'vitest';
import { createUpstreamTransport } from '../../../src/providers/transport.ts';
import { ask } from './ask-upstream.ts';
import { type Asked, answerOf, startRawServer } from './raw-server.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const hello = ({ socket, connection, count }: Asked) => void socket.write(answerOf(`${connection}.${count}`));

test('the connection that was used last is used next; a peak is given back', async () => {
  const waiting: Asked[] = [];
  let hold = true;
  await using server = await startRawServer((asked) => {
    if (hold) waiting.push(asked);
    else hello(asked);
  });
  await using transport = createUpstreamTransport(undefined, { idleMs: 400, tickMs: 20 });
  const { origin } = server;
  const peak = Array.from({ length: 50 }, () => ask(transport, { origin }));
  while (waiting.length < 50) await turn();
  hold = false;
  for (const asked of waiting) hello(asked);
  for (const { over } of peak) await over;
  expect(server.sockets).toHaveLength(50);
  const used = new Set<string>();
  for (let count = 0; count < 10; count++) {
    const answered = await ask(transport, { origin }).over;
    used.add(answered.body().split('.')[0] ?? '');
  }
  expect(used.size).toBe(1);
  expect(server.sockets).toHaveLength(50);
  await server.untilOpen(0);
  expect((await ask(transport, { origin }).over).body()).toBe('51.1');
});

test('how long an upstream keeps a connection, it says itself', async () => {
  let says = 'keep-alive: timeout=2\r\n';
  await using server = await startRawServer(({ socket }) => void socket.write(answerOf('', says)));
  await using transport = createUpstreamTransport(undefined, { idleMs: 1, tickMs: 20 });
  // It may be closing by the time that another request arrives.
  await ask(transport, { origin: server.origin }).over;
  await server.untilOpen(0);
  says = 'keep-alive: timeout=60\r\n';
  await ask(transport, { origin: server.origin }).over;
  await new Promise((resolve) => setTimeout(resolve, 100));
  await ask(transport, { origin: server.origin }).over;
  expect(server.sockets).toHaveLength(2);
});

test.each<[string, string]>([
  ['says that it closes', answerOf('a', 'connection: close\r\n')],
  ['is of HTTP/1.0', answerOf('a').replace('1.1', '1.0')],
  ['has more bytes than it said', `${answerOf('a')}b`],
  ['comes with a second one', `${answerOf('a')}${answerOf('for nobody')}`],
  [
    'has something behind its chunks',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n0\r\n\r\n',
  ],
])('an answer that %s ends its connection', async (_, first) => {
  await using server = await startRawServer((asked) => {
    if (asked.connection === 1) asked.socket.write(first);
    else hello(asked);
  });
  await using transport = createUpstreamTransport();
  const { origin } = server;
  const answered = await ask(transport, { origin }).over;
  expect([answered.body(), answered.told.at(-1)]).toEqual(['a', 'end']);
  expect((await ask(transport, { origin }).over).body()).toBe('2.1');
  await server.untilOpen(1);
});

test('bytes that nobody asked for end a connection, before the next request and in its turn', async () => {
  await using server = await startRawServer(hello);
  await using transport = createUpstreamTransport();
  const { origin } = server;
  await ask(transport, { origin }).over;
  server.sockets[0]?.write(answerOf('for nobody'));
  await server.untilOpen(0);
  expect((await ask(transport, { origin }).over).body()).toBe('2.1');
  await turn();
  server.sockets[1]?.write(answerOf('for nobody'));
  // Dispatched while the bytes lie there unread.
  expect((await ask(transport, { origin }).over).body()).toBe('3.1');
});

test('a connection that was closed while it waited is no error, also in the turn of the next request', async () => {
  await using server = await startRawServer(hello);
  await using transport = createUpstreamTransport();
  const { origin } = server;
  for (let count = 1; count <= 3; count++) {
    const answered = await ask(transport, { origin }).over;
    expect(answered.body()).toBe(`${count}.1`);
    await turn();
    const socket = server.sockets.at(-1);
    if (count === 1) socket?.end();
    else socket?.resetAndDestroy();
  }
});

test('a request that may have been read is not sent again', async () => {
  for (const ending of ['end', 'resetAndDestroy'] as const) {
    let asked = 0;
    await using server = await startRawServer((one) => {
      asked++;
      if (one.count === 1) hello(one);
      else one.socket[ending]();
    });
    await using transport = createUpstreamTransport();
    await ask(transport, { origin: server.origin }).over;
    const { failure } = await ask(transport, { origin: server.origin }).over;
    expect(failure).toMatchObject({
      reason: ending === 'end' ? 'connection closed early' : 'connection reset',
      sent: true,
      timedOut: false,
    });
    expect([asked, server.sockets.length]).toEqual([2, 1]);
    await ask(transport, { origin: server.origin }).over;
    expect(server.sockets).toHaveLength(2);
  }
});

test('an answer that comes before the request is sent is delivered, and its connection not used again', async () => {
  await using server = await startRawServer(
    (asked) => void asked.socket.write(answerOf(`${asked.connection}.${asked.count}`)),
    { early: true },
  );
  await using transport = createUpstreamTransport();
  const { origin } = server;
  const megabyte = Buffer.alloc(1024 * 1024, ' ');
  for (const [index, body] of [Buffer.alloc(16 * 1024 * 1024), Array(16).fill(megabyte)].entries()) {
    const answered = await ask(transport, { origin, body }).over;
    expect([answered.body(), answered.told]).toEqual([`${index + 1}.1`, ['head', 'data', 'end']]);
  }
});

test('destinations do not share connections', async () => {
  await using server = await startRawServer(hello);
  await using transport = createUpstreamTransport();
  const { port } = server;
  await ask(transport, { origin: `http://127.0.0.1:${port}` }).over;
  await ask(transport, { origin: `http://localhost:${port}` }).over;
  await ask(transport, { origin: `http://127.0.0.1:${port}` }, {}, 5_000).over;
  expect(server.sockets).toHaveLength(3);
  const refused = await ask(transport, { origin: `http://127.0.0.1:${port}`, publicOnly: true }).over;
  const resolved = await ask(transport, { origin: `http://localhost:${port}`, publicOnly: true }).over;
  expect([refused, resolved].map(({ failure }) => failure)).toMatchObject(
    Array(2).fill({ reason: 'its host name leads to an address that is refused', sent: false }),
  );
  expect(server.sockets).toHaveLength(3);
});

test('who closes the transport ends what is under way, and nothing begins afterwards', async () => {
  await using server = await startRawServer((asked) => {
    if (asked.count === 1 && server.sockets.length === 1) hello(asked);
  });
  const transport = createUpstreamTransport();
  const { origin } = server;
  await ask(transport, { origin }).over;
  const [waiting, other] = [ask(transport, { origin }), ask(transport, { origin })];
  await server.untilOpen(2);
  await transport[Symbol.asyncDispose]();
  expect([(await waiting.over).told, (await other.over).told]).toEqual([['error'], ['error']]);
  await server.untilOpen(0);
  expect((await ask(transport, { origin }).over).failure).toMatchObject({ sent: false });
  expect(server.sockets).toHaveLength(2);
});
