import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { TollgateError } from '../core/errors.ts';
import { type ClientStream, openClientStream } from './client-stream.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0)) await each();
});

/** A server whose answers are streams that `play` writes; gives a connection to it. */
async function open(
  play: (stream: ClientStream, outgoing: ServerResponse, path: string) => unknown,
  heartbeatMs = 60_000,
): Promise<Socket> {
  const server = createServer((incoming, outgoing) => {
    const stream = openClientStream(outgoing, { 'x-early': 'yes' }, heartbeatMs);
    cleanUp.push(() => stream.close());
    void play(stream, outgoing, incoming.url ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  cleanUp.push(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

/** Whatever comes until `end` is in it. */
async function readUntil(socket: Socket, end: string | RegExp): Promise<string> {
  let text = '';
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    text += (piece as Buffer).toString();
    if (typeof end === 'string' ? text.includes(end) : end.test(text)) return text;
  }
  return text;
}

/** The body of an answer, and the pieces it came in. */
function chunksOf(answer: string): string[] {
  const chunks: string[] = [];
  let rest = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, line).toString(), 16);
    if (size === 0 || Number.isNaN(size)) return chunks;
    chunks.push(rest.subarray(line + 2, line + 2 + size).toString());
    expect(rest.subarray(line + 2 + size, line + 4 + size).toString()).toBe('\r\n');
    rest = rest.subarray(line + 4 + size);
  }
}

const get = (path: string, version = '1.1') => `GET ${path} HTTP/${version}\r\nhost: x\r\n\r\n`;
const sizeOf = (text: string) => Buffer.byteLength(text);

describe('openClientStream', () => {
  test('each write is one chunk of HTTP with the right size, and the connection lives on', async () => {
    const socket = await open(async (stream) => {
      stream.begin({ 'x-served': 'yes' });
      stream.send(['{"a":1}']);
      stream.sendOne('{"a":"é🙂"}', sizeOf('{"a":"é🙂"}'));
      await pause(5);
      stream.sendOne('{"a":2}', 7);
      await pause(5);
      stream.send(['{"a":"ü"}', '{"a":3}']);
      stream.done();
    });
    for (let round = 0; round < 2; round++) {
      socket.write(get('/'));
      const answer = await readUntil(socket, '0\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(answer).toMatch(/transfer-encoding: chunked/i);
      expect(chunksOf(answer)).toEqual([
        'data: {"a":1}\n\n',
        'data: {"a":"é🙂"}\n\n',
        'data: {"a":2}\n\n',
        'data: {"a":"ü"}\n\ndata: {"a":3}\n\n',
        'data: [DONE]\n\n',
      ]);
    }
  });

  test('a client of HTTP/1.0 gets the events alone, and the end of the connection', async () => {
    const socket = await open(async (stream) => {
      stream.begin({});
      stream.sendOne('{"a":1}', 7);
      await pause(5);
      stream.sendOne('{"a":2}', 7);
      stream.done();
    });
    socket.write(get('/', '1.0'));
    const answer = await readUntil(socket, /never/);
    expect(answer).not.toMatch(/transfer-encoding/i);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe(
      'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n',
    );
  });

  test('answers to requests sent at once come in their order, whoever is ready first', async () => {
    const socket = await open(async (stream, _, path) => {
      stream.begin({});
      for (let at = 0; at < 3; at++) {
        stream.sendOne(`"${path} ${at}"`, sizeOf(`"${path} ${at}"`));
        await pause(path === '/slow' ? 20 : 1);
      }
      stream.done();
    });
    socket.write(get('/slow') + get('/fast') + get('/last'));
    const answers = await readUntil(socket, /(?:0\r\n\r\n[\s\S]*){3}$/);
    const parts = answers.split(/(?=HTTP\/1\.1 200)/);
    expect(parts.map(chunksOf)).toEqual(
      ['/slow', '/fast', '/last'].map((path) => [
        ...[0, 1, 2].map((at) => `data: "${path} ${at}"\n\n`),
        'data: [DONE]\n\n',
      ]),
    );
  });

  test('says when it is full and when it is read again', async () => {
    const { promise: written, resolve } = Promise.withResolvers<number>();
    const long = `"${'x'.repeat(100_000)}"`;
    const socket = await open(async (stream) => {
      stream.begin({});
      stream.sendOne('1', 1);
      await pause(5);
      let times = 0;
      do times++;
      while (stream.sendOne(long, long.length));
      stream.onDrain(() => {
        resolve(times);
        stream.done();
      });
    });
    socket.pause();
    socket.write(get('/'));
    await pause(50);
    const answer = readUntil(socket, '0\r\n\r\n');
    const times = await written;
    expect(chunksOf(await answer)).toHaveLength(times + 2);
  });

  test('comments keep it alive before the answer and within it', async () => {
    const socket = await open(async (stream) => {
      await pause(40);
      stream.begin({ 'x-served': 'yes' });
      stream.sendOne('1', 1);
      await pause(40);
      stream.fail(new TollgateError('upstream_timeout', { values: { reason: 'it fell silent' } }));
    }, 15);
    socket.write(get('/'));
    const answer = await readUntil(socket, '0\r\n\r\n');
    expect(answer).toMatch(/x-early: yes/);
    const chunks = chunksOf(answer);
    const said = chunks.filter((chunk) => chunk !== ': keep-alive\n\n');
    expect(chunks[0]).toBe(': keep-alive\n\n');
    expect(chunks.indexOf('data: 1\n\n')).toBeLessThan(chunks.lastIndexOf(': keep-alive\n\n'));
    expect(said).toHaveLength(2);
    expect(said[1]).toMatch(/^data: \{"error":.*"upstream_timeout".*\n\n$/);
  });

  test('a client that has left is written to no more', async () => {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    const socket = await open(async (stream, outgoing) => {
      stream.begin({});
      stream.sendOne('1', 1);
      await once(outgoing, 'close');
      expect(stream.sendOne('2', 1)).toBe(true);
      stream.done();
      resolve();
    });
    socket.write(get('/'));
    await readUntil(socket, 'data: 1');
    socket.destroy();
    await left;
  });
});
