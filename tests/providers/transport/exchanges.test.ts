// One exchange on real sockets: what the receiver hears, in which order, and what an abort does at every moment.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { UpstreamCall } from '../../../src/core/ports.ts';
import { createUpstreamTransport } from '../../../src/providers/transport.ts';
import { ask, type Exchanged } from './ask-upstream.ts';
import { type Asked, answerOf, startRawServer } from './raw-server.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const until = async (met: () => boolean) => {
  while (!met()) await turn();
};
const hello = ({ socket }: Asked) => void socket.write(answerOf('hello'));
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

describe('the request', () => {
  test('has the head that the call says, and its length', async () => {
    const asked: Asked[] = [];
    await using server = await startRawServer((one) => {
      asked.push(one);
      hello(one);
    });
    await using transport = createUpstreamTransport();
    const { origin } = server;
    const headers = { authorization: 'Bearer k\xe9y', 'X-Empty': '' };
    const large = Array.from({ length: 5 }, (_, index) => Buffer.alloc(300_000, `${index}`));
    for (const body of [Buffer.from('{"a":"é"}'), new Uint8Array(0), large]) {
      await ask(transport, { origin, path: '/v1/x?y=z', headers, body }).over;
    }
    const lines = (length: number) => [
      'POST /v1/x?y=z HTTP/1.1',
      `host: 127.0.0.1:${server.port}`,
      'connection: keep-alive',
      'authorization: Bearer k\xe9y',
      'X-Empty: ',
      `content-length: ${length}`,
    ];
    expect(asked.map((one) => one.head.split('\r\n'))).toEqual([lines(10), lines(0), lines(1_500_000)]);
    expect(asked[0]?.body.toString()).toBe('{"a":"é"}');
    expect(asked[2]?.body.equals(Buffer.concat(large))).toBe(true);
    expect(server.sockets).toHaveLength(1);
    // As a call is signed.
    await ask(transport, { origin, headers: { host: 'signed.example' } }).over;
    expect(asked.at(-1)?.head).toContain('\r\nhost: signed.example\r\nconnection: keep-alive\r\ncontent');
  });

  test.each<[string, Partial<UpstreamCall>]>([
    ['a value with a line end', { headers: { a: 'b\r\nx: y' } }],
    ['a value beyond latin1', { headers: { a: '\u20ac' } }],
    ['a name that is none', { headers: { 'a b': 'c' } }],
    ['a length of its own', { headers: { 'Content-Length': '1' } }],
    ['a coding', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a path with a blank', { path: '/a HTTP/1.1' }],
    ['a path that is none', { path: 'a' }],
  ])('is not sent with %s', async (_, call) => {
    await using server = await startRawServer(hello);
    await using transport = createUpstreamTransport();
    const { failure } = await ask(transport, { origin: server.origin, ...call }).over;
    expect(failure).toMatchObject({ reason: 'the connection failed', sent: false });
    expect(server.sockets).toHaveLength(0);
  });

  test('goes over a local socket; where there is none, that is said', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'transport-'));
    const socketPath = join(folder, 's');
    try {
      let host = '';
      await using server = await startRawServer(
        (asked) => {
          host = /host: (.*)/.exec(asked.head)?.[1] ?? '';
          hello(asked);
        },
        { path: socketPath },
      );
      await using transport = createUpstreamTransport();
      const call = { origin: 'http://local', socketPath };
      for (let count = 0; count < 2; count++) {
        expect((await ask(transport, call).over).body()).toBe('hello');
      }
      expect([host, server.sockets.length]).toEqual(['local', 1]);
      const { failure } = await ask(transport, { ...call, socketPath: `${socketPath}x` }).over;
      expect(failure).toMatchObject({ reason: 'its socket is gone', sent: false });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('goes to an address of IPv6', async (context) => {
    const server = await startRawServer(hello, { host: '::1' }).catch(() => undefined);
    if (!server) return context.skip('this machine has no IPv6');
    await using _server = server;
    await using transport = createUpstreamTransport();
    expect((await ask(transport, { origin: server.origin }).over).body()).toBe('hello');
  });

  test('whose connection is refused was not sent', async () => {
    const server = await startRawServer(hello);
    await server[Symbol.asyncDispose]();
    await using transport = createUpstreamTransport();
    const { failure } = await ask(transport, { origin: server.origin }).over;
    expect(failure).toMatchObject({ reason: 'connection refused', sent: false, timedOut: false });
  });
});

describe('the answer', () => {
  test('interim heads, asked for or not, are passed over', async () => {
    await using server = await startRawServer(({ socket }) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      setImmediate(() => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${answerOf('hello')}`));
    });
    await using transport = createUpstreamTransport();
    for (let count = 0; count < 2; count++) {
      const { status, told, headers, body } = await ask(transport, { origin: server.origin }).over;
      expect([status, told, headers, body()]).toEqual([
        200,
        ['head', 'data', 'end'],
        { 'content-length': '5' },
        'hello',
      ]);
    }
    expect(server.sockets).toHaveLength(1);
  });

  test('ends where the upstream closes its half, if nothing else says where', async () => {
    await using server = await startRawServer(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nhel');
      setImmediate(() => socket.end('lo'));
    });
    await using transport = createUpstreamTransport();
    const { told, body } = await ask(transport, { origin: server.origin }).over;
    expect([body(), told.at(-1)]).toEqual(['hello', 'end']);
  });

  test('that breaks off has been delivered up to there', async () => {
    for (const [broken, reason] of [
      [`${head}${chunk('a')}zz\r\n`, 'its answer was not valid HTTP'],
      [`${head}${chunk('a')}5\r\nb`, 'connection closed early'],
    ] as const) {
      await using server = await startRawServer(({ socket }) => void socket.end(broken));
      await using transport = createUpstreamTransport();
      const { failure, told, body } = await ask(transport, { origin: server.origin }).over;
      expect([body()[0], told[0], told.at(-1)]).toEqual(['a', 'head', 'error']);
      expect(failure).toMatchObject({ reason, sent: true });
    }
  });

  test('keeps its bytes: what comes next does not lie where they are', async () => {
    const pieces = Array.from({ length: 200 }, (_, index) => `${index} `.repeat(50));
    await using server = await startRawServer(async ({ socket }) => {
      socket.write(head);
      for (const piece of pieces) {
        socket.write(chunk(piece));
        await turn();
      }
      socket.write('0\r\n\r\n');
    });
    await using transport = createUpstreamTransport();
    const both = [ask(transport, { origin: server.origin }), ask(transport, { origin: server.origin })];
    for (const { over } of both) expect((await over).body()).toBe(pieces.join(''));
  });

  test('stops where its receiver pauses, up to the upstream, and goes on in order', async () => {
    const piece = Buffer.alloc(64 * 1024);
    for (let at = 0; at < piece.length; at++) piece[at] = at % 251;
    const total = 512;
    let written = 0;
    await using server = await startRawServer(async ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${piece.length * total}\r\n\r\n`);
      for (; written < total && !socket.destroyed; written++) {
        if (!socket.write(piece)) await once(socket, 'drain');
      }
    });
    await using transport = createUpstreamTransport();
    let heard = 0;
    const asked = ask(
      transport,
      { origin: server.origin },
      {
        onHeaders: ({ flow }) => flow?.pause(),
        onData({ flow }, data) {
          heard += data.length;
          // Each time, and now and then resumed before it has returned.
          flow?.pause();
          if (heard % 3 === 0) flow?.resume();
          else setImmediate(() => flow?.resume());
        },
      },
    );
    await until(() => asked.flow !== undefined);
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(total);
    expect(asked.told).toEqual(['head']);
    asked.flow?.resume();
    await asked.over;
    expect(asked.told.at(-1)).toBe('end');
    const all = Buffer.concat(asked.pieces);
    expect(all.length).toBe(piece.length * total);
    expect(all.equals(Buffer.concat(Array(total).fill(piece)))).toBe(true);
  });

  test('whose receiver has paused has not ended, and its connection is free all the same', async () => {
    await using server = await startRawServer(hello);
    await using transport = createUpstreamTransport();
    const { origin } = server;
    const paused = ask(transport, { origin }, { onHeaders: ({ flow }) => flow?.pause() });
    await until(() => paused.flow !== undefined);
    expect((await ask(transport, { origin }).over).body()).toBe('hello');
    expect([paused.told, server.sockets.length]).toEqual([['head'], 1]);
    paused.flow?.resume();
    expect((await paused.over).told).toEqual(['head', 'data', 'end']);
    // Still read, so that a close is seen.
    server.sockets[0]?.end();
    await server.untilOpen(0);
  });

  test.each(['onHeaders', 'onData', 'onEnd'] as const)(
    'a receiver that throws in %s hears an error',
    async (where) => {
      await using server = await startRawServer(hello);
      await using transport = createUpstreamTransport();
      const fault = new Error('a bug');
      const { failure } = await ask(
        transport,
        { origin: server.origin },
        {
          [where]: () => {
            throw fault;
          },
        },
      ).over.then(async (exchanged) => {
        await until(() => exchanged.failure !== undefined);
        return exchanged;
      });
      expect(failure).toMatchObject({ reason: 'the connection failed', sent: true, cause: fault });
    },
  );
});

describe('an abort', () => {
  const ended = (sent: boolean) => ({ reason: 'ended by the gateway', sent });

  test('before there is a connection: nothing was sent', async () => {
    await using server = await startRawServer(hello);
    await using transport = createUpstreamTransport();
    const asked = ask(transport, { origin: server.origin });
    asked.abort();
    asked.abort();
    expect([asked.told, asked.failure]).toMatchObject([['error'], ended(false)]);
    // Nor is anything sent over a connection that waits.
    await ask(transport, { origin: server.origin }).over;
    const second = ask(transport, { origin: server.origin });
    second.abort();
    expect(second.failure).toMatchObject(ended(false));
    await server.untilOpen(0);
  });

  test.each<[string, string, string[]]>([
    ['before the answer', '', ['error']],
    ['in its head', 'HTTP/1.1 200 OK\r\ncont', ['error']],
    ['in its body', `${head}${chunk('a')}5\r\nb`, ['head', 'data', 'error']],
  ])('%s closes the connection', async (_, sent, told) => {
    let reached = false;
    await using server = await startRawServer(({ socket }) => {
      socket.write(sent);
      reached = true;
    });
    await using transport = createUpstreamTransport();
    const asked = ask(transport, { origin: server.origin });
    await until(() => reached && asked.told.length === told.length - 1);
    for (let count = 0; count < 5; count++) await turn();
    asked.abort();
    expect([asked.told, asked.failure]).toMatchObject([told, ended(true)]);
    server.sockets[0]?.end();
    await server.untilOpen(0);
    expect(asked.told).toHaveLength(told.length);
  });

  test('out of what the receiver is told: nothing follows', async () => {
    await using server = await startRawServer(
      ({ socket }) => void socket.write(`${head}${chunk('a')}0\r\n\r\n`),
    );
    await using transport = createUpstreamTransport();
    for (const where of ['onHeaders', 'onData'] as const) {
      const asked = ask(
        transport,
        { origin: server.origin },
        {
          [where]: ({ flow }: Exchanged) => flow?.abort(),
        },
      );
      await asked.over;
      for (let count = 0; count < 5; count++) await turn();
      expect(asked.told).toEqual(where === 'onHeaders' ? ['head', 'error'] : ['head', 'data', 'error']);
    }
  });

  test('while the receiver has paused, and while the body is on its way', async () => {
    await using server = await startRawServer(({ socket }) => void socket.write(`${head}${chunk('a')}`), {
      early: true,
    });
    await using transport = createUpstreamTransport();
    const body = Buffer.alloc(16 * 1024 * 1024);
    const asked = ask(transport, { origin: server.origin, body }, { onHeaders: ({ flow }) => flow?.pause() });
    await until(() => asked.flow !== undefined);
    asked.abort();
    asked.flow?.resume();
    expect(asked.told).toEqual(['head', 'error']);
    server.sockets[0]?.resume();
    await server.untilOpen(0);
  });

  test('behind the end touches nothing', async () => {
    await using server = await startRawServer(hello);
    await using transport = createUpstreamTransport();
    const first = await ask(transport, { origin: server.origin }).over;
    const second = ask(transport, { origin: server.origin });
    first.abort();
    first.flow?.pause();
    first.flow?.abort();
    expect((await second.over).told).toEqual(['head', 'data', 'end']);
    expect([first.told.at(-1), server.sockets.length]).toEqual(['end', 1]);
  });
});
