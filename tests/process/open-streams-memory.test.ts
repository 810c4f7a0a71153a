// What an open stream holds on to, and that it lets go: live bytes of a gateway as its users run it, counted by V8 behind a collection
// of everything. What V8 takes besides is no business of a stream's.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveProcess } from '../support/serve-process.ts';

const streams = 300;
const chunks = 8;
const key = 'memory-key-0123456789';
/** A heap at rest changes by less. */
const restBytes = 200_000;

test('an open stream holds 17 KB, and nothing once it has ended', { timeout: 120_000 }, async () => {
  await using upstream = await startUpstream();
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-memory-'));
  const config = join(folder, 'tollgate.yaml');
  await writeFile(
    config,
    `providers: { mock: { type: openai-compatible, base_url: "${upstream.url}/v1" } }
models: { m: { price: { input: 1, output: 1 }, route: [ [ { provider: mock, model: m } ] ] } }
limits: [ { scope: { project: default }, metric: cost, window: month, amount: "1000" } ]
`,
  );
  await using gateway = await serveProcess({
    data: join(folder, 'data'),
    environment: {
      TOLLGATE_CONFIG: config,
      TOLLGATE_BOOTSTRAP_KEY: key,
      TOLLGATE_LOCAL_MODEL: 'off',
      NODE_OPTIONS: '--inspect=127.0.0.1:0',
    },
  });
  const debuggerUrl = /ws:\/\/\S+/.exec(gateway.output())?.[0];
  if (!debuggerUrl) throw new Error(gateway.output());
  using heap = await watchHeap(debuggerUrl);

  async function open(): Promise<Socket[]> {
    const clients = Array.from({ length: streams }, () => ask(gateway.url));
    const begun = clients.map((client) => untilRead(client, 1));
    await expect.poll(() => upstream.open.size, { timeout: 60_000 }).toBe(streams);
    const read = clients.map((client) => untilRead(client, chunks));
    await upstream.say(chunks);
    await Promise.all([...begun, ...read]);
    return clients;
  }
  async function close(clients: readonly Socket[]): Promise<void> {
    for (const client of clients) client.destroy();
    await expect.poll(() => upstream.open.size, { timeout: 60_000 }).toBe(0);
  }

  // What the first of all makes for good is not a stream's.
  await close(await open());
  const idle = await heap.atRest();
  const clients = await open();
  const each = ((await heap.live()) - idle) / streams;
  expect(each).toBeGreaterThan(4_000);
  expect(each).toBeLessThan(20_000);
  await close(clients);
  expect(((await heap.atRest()) - idle) / streams).toBeLessThan(3_000);
  await rm(folder, { recursive: true, force: true });
});

interface HeldUpstream extends AsyncDisposable {
  readonly url: string;
  readonly open: ReadonlySet<ServerResponse>;
  /** To each stream, so many chunks in a row of turns. */
  say(count: number): Promise<void>;
}

/** Begins an answer to each, and goes on when it is told to. */
async function startUpstream(): Promise<HeldUpstream> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('word'));
      open.add(response);
      response.once('close', () => open.delete(response));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    async say(count) {
      for (let index = 0; index < count; index++) {
        for (const response of open) response.write(chunk(`word${index}`));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const chunk = (content: string) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })}\n\n`;

function ask(url: string): Socket {
  const body = JSON.stringify({
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: 'Tell me more' }],
  });
  const { hostname, port } = new URL(url);
  const client = connect(Number(port), hostname);
  client.on('error', () => undefined);
  client.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return client;
}

/** Resolves when so many more events have come. */
function untilRead(client: Socket, events: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (piece: Buffer) => {
      text += piece.toString('latin1');
      if (text.startsWith('HTTP/1.1') && !text.startsWith('HTTP/1.1 200')) reject(new Error(text));
      if (text.split('data: {').length - 1 < events) return;
      client.off('data', take);
      resolve();
    };
    client.on('data', take);
  });
}

interface WatchedHeap extends Disposable {
  /** Bytes that are left behind a collection, with what lies outside of the heap. */
  live(): Promise<number>;
  /** As soon as it changes no more: rows of streams that have ended are being closed. */
  atRest(): Promise<number>;
}

/** By the protocol of V8's inspector. */
async function watchHeap(url: string): Promise<WatchedHeap> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let asked = 0;
  async function call(method: string): Promise<Record<string, number>> {
    const id = ++asked;
    const answered = new Promise<Record<string, number>>((resolve) => {
      socket.addEventListener('message', function hear({ data }) {
        const message = JSON.parse(String(data)) as { id?: number; result?: Record<string, number> };
        if (message.id !== id) return;
        socket.removeEventListener('message', hear);
        resolve(message.result ?? {});
      });
    });
    socket.send(JSON.stringify({ id, method }));
    return await answered;
  }
  async function live(): Promise<number> {
    await call('HeapProfiler.collectGarbage');
    const { usedSize = 0, backingStorageSize = 0 } = await call('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  }
  return {
    live,
    async atRest() {
      for (let before = await live(); ; ) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        const now = await live();
        if (Math.abs(now - before) < restBytes) return now;
        before = now;
      }
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
