// What may happen to a connection over which usual requests come: other requests behind them, clients that leave or wait, the end of
// the gateway. None of it is different for them, save that a request behind another begins when that one is answered.
import { createServer as createNodeServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { TollgateError } from '../../src/core/errors.ts';
import { ClientGone } from '../../src/core/exchange.ts';
import { createAdmission } from '../../src/http/admission.ts';
import { serveUsualRequests, type UsualTimes } from '../../src/http/usual/serve.ts';
import { openClientStream } from '../../src/pipeline/client-stream.ts';
import { commonHeaders, sendJson } from '../../src/pipeline/respond.ts';
import {
  type Chat,
  type ChatServer,
  echo,
  openClient,
  requestOf,
  startChatServer,
  streamBody,
  withoutMoment,
} from './chat-server.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

async function start(options: Parameters<typeof startChatServer>[0] = {}): Promise<ChatServer> {
  const server = await startChatServer(options);
  open.push(server);
  return server;
}

const health = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
const statuses = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

/** Answers when it is told to; says why it did not. */
function held(): { chat: Chat; begun: Promise<void>; release: () => void; reason: Promise<unknown> } {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const reason = Promise.withResolvers<unknown>();
  return {
    async chat(exchange) {
      begun.resolve();
      exchange.signal.addEventListener('abort', () => reason.resolve(exchange.signal.reason));
      await Promise.race([released.promise, reason.promise]);
      if (!exchange.signal.aborted) await echo(exchange);
    },
    begun: begun.promise,
    release: released.resolve,
    reason: reason.promise,
  };
}

describe('one after another', () => {
  test('usual, usual, unusual, usual: the last two are for Node', async () => {
    const server = await start();
    using client = await openClient(server.port);
    await client.send(requestOf());
    await client.until('HTTP/1.1 200', 1);
    await client.send(requestOf(streamBody));
    await client.until('0\r\n\r\n');
    await client.send(health);
    await client.until('uptime_seconds');
    await client.send(requestOf('{"last":1}'));
    await client.until('last');
    expect(statuses(client.text())).toEqual([200, 200, 200, 200]);
    expect([server.usual.length, server.node.length]).toEqual([2, 1]);
  });

  test('a request that comes before the answer to the one before it waits, and goes to Node', async () => {
    const { chat, begun, release } = held();
    let first = true;
    const server = await start({
      chat: (exchange) => {
        const one = first;
        first = false;
        return one ? chat(exchange) : echo(exchange);
      },
    });
    using client = await openClient(server.port);
    await client.send(requestOf('{"n":1}'));
    await begun;
    await client.send(requestOf('{"n":2}').slice(0, 30));
    await client.send(requestOf('{"n":2}').slice(30));
    expect(client.text()).toBe('');
    release();
    await client.until('HTTP/1.1 200', 2);
    await client.until('n\\":2');
    expect(client.text()).toMatch(/n\\":1.*n\\":2/s);
    expect([server.usual.length, server.node.length]).toEqual([1, 1]);
  });

  test('more behind a request than may wait is read when its turn comes', async () => {
    const { chat, begun, release } = held();
    let requests = 0;
    const server = await start({ chat: (exchange) => (requests++ === 0 ? chat(exchange) : echo(exchange)) });
    using client = await openClient(server.port);
    await client.send(requestOf());
    await begun;
    const long = requestOf('b'.repeat(900_000));
    client.socket.write(long, 'latin1');
    await delay(50);
    release();
    const whole = 'b'.repeat(900_000);
    await client.until('HTTP/1.1 200', 2);
    await client.until((tail) => tail.endsWith('"}'));
    expect(client.text()).toContain(whole);
    expect(statuses(client.text())).toEqual([200, 200]);
  });

  test('garbage behind a request under way closes the connection, and nothing gets into its answer', async () => {
    const { chat, begun, reason } = held();
    const server = await start({ chat });
    using client = await openClient(server.port);
    await client.send(requestOf());
    await begun;
    await client.send('\0\0garbage\r\n\r\n');
    await client.closed;
    expect(client.text()).toBe('');
    expect(await reason).toBeInstanceOf(ClientGone);
  });

  test('head and body may come one after the other, as many clients send them', async () => {
    const server = await start();
    using client = await openClient(server.port);
    for (let turn = 1; turn <= 3; turn++) {
      const text = requestOf();
      const end = text.indexOf('\r\n\r\n') + 4;
      client.socket.write(text.slice(0, end));
      await new Promise((resolve) => setImmediate(resolve));
      client.socket.write(text.slice(end));
      await client.until('HTTP/1.1 200', turn);
    }
    expect(server.usual.length + server.node.length).toBe(3);
  });
});

describe('clients that leave', () => {
  test.each(['reset', 'half-close'] as const)('by %s amid an answer: its work is told', async (how) => {
    const { chat, begun, reason } = held();
    const server = await start({ chat });
    using client = await openClient(server.port);
    await client.send(requestOf());
    await begun;
    if (how === 'reset') client.socket.resetAndDestroy();
    else client.socket.end();
    expect(await reason).toBeInstanceOf(ClientGone);
    await client.closed;
    expect(client.text()).toBe('');
    while (server.exchanges.underWay() > 0) await delay(5);
  });

  test('amid a stream, between chunks', async () => {
    const left = Promise.withResolvers<unknown>();
    const server = await start({
      async chat({ id, outgoing, signal }) {
        const stream = openClientStream(outgoing, commonHeaders(id), 60_000);
        signal.addEventListener('abort', () => left.resolve(signal.reason));
        stream.begin(commonHeaders(id));
        for (let index = 0; !signal.aborted; index++) {
          stream.sendOne(`{"n":${index}}`, 6 + String(index).length);
          await delay(2);
        }
        stream.close();
      },
    });
    using client = await openClient(server.port);
    await client.send(requestOf(streamBody));
    await client.until('"n":3');
    client.socket.destroy();
    expect(await left.promise).toBeInstanceOf(ClientGone);
  });

  test('behind an answer, and before any request: nothing is left', async () => {
    const server = await start();
    using client = await openClient(server.port);
    await client.send(requestOf());
    await client.until('HTTP/1.1 200');
    client.socket.end();
    await client.closed;
    using other = await openClient(server.port);
    other.socket.end();
    await other.closed;
    expect(server.exchanges.underWay()).toBe(0);
    expect(server.usual[0]?.signal.aborted).toBe(false);
    const count = await new Promise<number>((resolve) =>
      server.server.getConnections((_, all) => resolve(all)),
    );
    expect(count).toBe(0);
  });

  test('amid a request: as Node has it', async () => {
    const answers: string[] = [];
    for (const bare of [false, true]) {
      const server = await start({ bare });
      using client = await openClient(server.port);
      client.socket.write(requestOf().slice(0, 60));
      client.socket.end();
      await client.closed;
      answers.push(withoutMoment(client.text()));
    }
    expect(answers[0]).toBe(answers[1]);
    expect(statuses(answers[0] as string)).toEqual([400]);
  });

  test('a client that does not read holds up its stream, and gets all of it', async () => {
    let waited = false;
    const text = JSON.stringify('x'.repeat(100_000));
    const server = await start({
      async chat({ id, outgoing }) {
        const stream = openClientStream(outgoing, commonHeaders(id), 60_000);
        stream.begin(commonHeaders(id));
        for (let index = 0; index < 100; index++) {
          if (stream.send([text])) continue;
          waited = true;
          await new Promise<void>((resolve) => stream.onDrain(resolve));
        }
        stream.done();
      },
    });
    using client = await openClient(server.port);
    client.socket.pause();
    await client.send(requestOf(streamBody));
    await delay(100);
    client.socket.resume();
    await client.until((tail) => tail.endsWith('\r\n0\r\n\r\n'));
    expect(waited).toBe(true);
    expect(client.text().split(text)).toHaveLength(101);
    await client.send(requestOf());
    await client.until('HTTP/1.1 200', 2);
    expect(server.usual).toHaveLength(2);
  });

  test('a whole answer larger than the system takes is delivered before the next request', async () => {
    const server = await start({
      async chat({ id, outgoing }) {
        sendJson(outgoing, 200, commonHeaders(id), JSON.stringify('y'.repeat(20_000_000)));
      },
    });
    using client = await openClient(server.port);
    client.socket.pause();
    await client.send(requestOf());
    await delay(50);
    expect(server.exchanges.underWay()).toBe(1);
    client.socket.resume();
    await client.until((tail) => tail.endsWith('y"'));
    while (server.exchanges.underWay() > 0) await delay(5);
    expect(server.usual[0]?.outgoing.writableFinished).toBe(true);
  });
});

describe('the end of the gateway', () => {
  test('connections that wait are closed, and a request on one of them is told so before', async () => {
    const server = await start();
    using client = await openClient(server.port);
    using other = await openClient(server.port);
    using fresh = await openClient(server.port);
    await client.send(requestOf());
    await client.until('HTTP/1.1 200');
    server.drain();
    await client.send(requestOf());
    expect(statuses(await client.until('shutting_down'))).toEqual([200, 503]);
    server.server.closeAllConnections();
    await Promise.all([client.closed, other.closed, fresh.closed]);
  });

  test('a stream that is aborted by it says so, and its connection closes soon', async () => {
    const begun = Promise.withResolvers<void>();
    const server = await start({
      async chat({ id, outgoing, signal }) {
        const stream = openClientStream(outgoing, commonHeaders(id), 60_000);
        stream.begin(commonHeaders(id));
        stream.send(['{"a":1}']);
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        stream.fail(signal.reason as TollgateError);
      },
    });
    using client = await openClient(server.port);
    await client.send(requestOf(streamBody));
    await begun.promise;
    await server.exchanges.drain(0);
    await client.closed;
    expect(client.text()).toContain('shutting_down');
    expect(client.text().endsWith('0\r\n\r\n')).toBe(true);
  });

  test('the time to close behind a failed stream does not hold for another request', async () => {
    let requests = 0;
    const server = await start({
      async chat(exchange) {
        if (requests++ > 0) {
          await delay(800);
          await echo(exchange);
          return;
        }
        const stream = openClientStream(exchange.outgoing, commonHeaders(exchange.id), 60_000);
        stream.begin(commonHeaders(exchange.id));
        stream.fail(new TollgateError('upstream_error', { values: {} }));
      },
    });
    using client = await openClient(server.port);
    await client.send(requestOf(streamBody));
    await client.until('0\r\n\r\n');
    await client.send(requestOf('{"late":1}'));
    await client.until('late');
    expect(statuses(client.text())).toEqual([200, 200]);
  });
});

test('a door that is full refuses with the same bytes, and the connection goes on', async () => {
  const answers: string[] = [];
  for (const bare of [false, true]) {
    const admission = createAdmission({
      clock: systemClock,
      newRequestId: () => 'req_refused',
      random: () => 0,
      most: 1,
      onRefused: () => undefined,
      log: pino({ enabled: false }),
    });
    const { chat, begun, release } = held();
    const server = await start({ bare, chat, admits: admission.admits });
    using first = await openClient(server.port);
    using second = await openClient(server.port);
    await first.send(requestOf());
    await begun;
    await second.send(requestOf());
    await second.until('overloaded');
    release();
    await first.until('HTTP/1.1 200');
    await second.send(requestOf());
    await second.until('HTTP/1.1 200');
    answers.push(withoutMoment(second.text()));
    admission[Symbol.dispose]();
  }
  expect(answers[0]).toBe(answers[1]);
  expect(statuses(answers[0] as string)).toEqual([503, 200]);
});

describe('times', () => {
  async function plain(setUp: (server: Server) => void, times: UsualTimes): Promise<number> {
    const server = createNodeServer();
    setUp(server);
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => socket.end(`error ${code}`));
    serveUsualRequests(
      server,
      {
        open: () => true,
        serve: (_, answer) => sendJson(answer, 200, {}, '{}'),
        now: Date.now,
      },
      times,
    );
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    open.push({
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    });
    return (server.address() as AddressInfo).port;
  }

  test('who sends nothing is told that no request came', async () => {
    const port = await plain((server) => (server.headersTimeout = 40), { gatherMs: 20, tickMs: 20 });
    using client = await openClient(port);
    await client.closed;
    expect(client.text()).toBe('error ERR_HTTP_REQUEST_TIMEOUT');
  });

  test('who sends nothing more is hung up on', async () => {
    const port = await plain((server) => (server.keepAliveTimeout = 40), { gatherMs: 20, tickMs: 20 });
    using client = await openClient(port);
    await client.send(requestOf());
    await client.closed;
    expect(statuses(client.text())).toEqual([200]);
    expect(client.text()).toContain('Keep-Alive: timeout=0\r\n');
  });

  test('who sends a request piece by piece has the time that Node gives him, however many pieces there are', async () => {
    const server = createNodeServer({
      connectionsCheckingInterval: 20,
      headersTimeout: 60,
      requestTimeout: 120,
    });
    const codes: unknown[] = [];
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      codes.push(code);
      socket.destroy();
    });
    serveUsualRequests(server, { open: () => true, serve: () => undefined, now: Date.now });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    open.push({
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    });
    using client = await openClient((server.address() as AddressInfo).port);
    for (const letter of requestOf()) {
      if (client.socket.closed) break;
      await client.send(letter);
      await delay(8);
    }
    await client.closed;
    expect(codes).toEqual(['ERR_HTTP_REQUEST_TIMEOUT']);
  });
});
