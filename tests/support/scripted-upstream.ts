// A real HTTP server on loopback that speaks OpenAI's chat completions as badly as a test wants: each request plays a
// script. It records what arrived and the moment each connection was given up.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whole } from './scripts/pieces.ts';

export * from './scripts/pieces.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
export type Json = any;

/** One request as the upstream saw it. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly body: Json;
  /** Bytes of the answer the upstream could hand to its socket. */
  written: number;
  /** `performance.now()` of the last write that went out, and of the end. */
  lastWriteAt: number;
  closedAt: number | undefined;
  /** `finished`: the whole answer went out. `aborted`: the gateway closed the connection before. */
  readonly closed: Promise<'finished' | 'aborted'>;
}

/** What a script may do with the answer. */
export interface Answer {
  readonly request: UpstreamRequest;
  readonly response: ServerResponse;
  head(status: number, headers?: Record<string, string>): void;
  /** Sends bytes as a packet of their own; resolves to false once the connection is gone. */
  write(bytes: string | Buffer): Promise<boolean>;
  end(bytes?: string | Buffer): void;
  reset(): void;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<unknown>;
}

export type Script = (answer: Answer) => void | Promise<void>;

export interface ScriptedUpstream extends AsyncDisposable {
  /** Base URL with the version: `http://127.0.0.1:1234/v1`. */
  readonly url: string;
  readonly port: number;
  readonly requests: UpstreamRequest[];
  /** Connections opened so far. */
  connections(): number;
  /** Closes the connections that wait for a next request, as servers with a short keep-alive do. */
  closeIdle(): void;
  /** The newest request. */
  last(): UpstreamRequest;
  /** Scripts for the next requests, one each; after them the standing script plays again. */
  next(...scripts: Script[]): void;
  /** The standing script. */
  always(script: Script): void;
  /** Resolves with the request number `count` (1 is the first) as soon as it has arrived. */
  arrival(count?: number): Promise<UpstreamRequest>;
}

export async function startUpstream(standing: Script = whole()): Promise<ScriptedUpstream> {
  const requests: UpstreamRequest[] = [];
  const queue: Script[] = [];
  const waiting: { count: number; resolve: (request: UpstreamRequest) => void }[] = [];
  let script = standing;
  let connections = 0;

  const server = createServer(async (incoming, response) => {
    const raw = await readAll(incoming);
    const request = record(incoming, raw, response);
    requests.push(request);
    for (const waiter of waiting.filter(({ count }) => count === requests.length)) waiter.resolve(request);
    await (queue.shift() ?? script)(answerOf(request, response));
  });
  server.keepAliveTimeout = 30_000;
  server.on('connection', (socket) => {
    connections++;
    socket.setNoDelay(true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    connections: () => connections,
    closeIdle: () => server.closeIdleConnections(),
    last() {
      const newest = requests.at(-1);
      if (!newest) throw new Error('the upstream got no request');
      return newest;
    },
    next: (...scripts) => void queue.push(...scripts),
    always: (another) => {
      script = another;
    },
    arrival(count = 1) {
      const there = requests[count - 1];
      if (there) return Promise.resolve(there);
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function record(incoming: IncomingMessage, raw: Buffer, response: ServerResponse): UpstreamRequest {
  const request: UpstreamRequest = {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    raw,
    body: parsed(raw),
    written: 0,
    lastWriteAt: 0,
    closedAt: undefined,
    closed: new Promise((resolve) => {
      response.once('close', () => {
        request.closedAt = performance.now();
        resolve(response.writableFinished ? 'finished' : 'aborted');
      });
    }),
  };
  return request;
}

function parsed(raw: Buffer): Json {
  try {
    return JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
}

function answerOf(request: UpstreamRequest, response: ServerResponse): Answer {
  return {
    request,
    response,
    head: (status, headers = {}) => void response.writeHead(status, headers),
    async write(bytes) {
      if (response.destroyed) return false;
      await Promise.race([
        new Promise<void>((resolve) => response.write(bytes, () => resolve())),
        request.closed,
      ]);
      if (response.destroyed) return false;
      request.written += Buffer.byteLength(bytes);
      request.lastWriteAt = performance.now();
      // The next write leaves in a later turn, so that it is a packet of its own.
      await new Promise((resolve) => setImmediate(resolve));
      return true;
    },
    end: (bytes) => void response.end(bytes),
    reset() {
      response.socket?.resetAndDestroy();
    },
    gone: request.closed,
  };
}
