// The gateway's server with an endpoint that says what it was asked, in front of which usual requests are known or, for comparison,
// Node's server has every connection; and a client that sends bytes as it is told to.
import { createServer as createNodeServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createIdSource, systemClock } from '../../src/core/clock.ts';
import { type ChatExchange, ClientGone } from '../../src/core/exchange.ts';
import { createExchanges, type Exchanges } from '../../src/http/exchanges.ts';
import { createServer } from '../../src/http/server.ts';
import { openClientStream } from '../../src/pipeline/client-stream.ts';
import { receive } from '../../src/pipeline/receive.ts';
import { commonHeaders, sendJson } from '../../src/pipeline/respond.ts';

export interface ChatServer extends AsyncDisposable {
  readonly port: number;
  readonly exchanges: Exchanges;
  /** Those whose requests did not come over Node's server. */
  readonly usual: ChatExchange[];
  readonly node: ChatExchange[];
  readonly server: ReturnType<typeof createServer>['server'];
  drain(): void;
}

export type Chat = (exchange: ChatExchange) => Promise<void>;

/** `bare`: without what knows usual requests. `admits`: the door, open by default. */
export async function startChatServer(options: {
  readonly bare?: boolean;
  readonly chat?: Chat;
  readonly admits?: Parameters<typeof createServer>[0]['admits'];
}): Promise<ChatServer> {
  const { bare = false, chat = echo, admits = () => true } = options;
  const newRequestId = createIdSource('req_', systemClock);
  const exchanges = createExchanges(systemClock, newRequestId);
  const usual: ChatExchange[] = [];
  const node: ChatExchange[] = [];
  let draining = false;
  const fastify = createServer({
    newRequestId,
    exchanges,
    admits,
    serving: {
      chat(exchange) {
        ('body' in exchange.incoming ? usual : node).push(exchange);
        return chat(exchange).catch((thrown) => {
          if (!(thrown instanceof ClientGone)) throw thrown;
        });
      },
      models: async () => [],
      readiness: () => ({ status: 'ready' }) as never,
    },
    draining: () => draining,
    version: '0.0.0',
    onUnexpected: (_, error) => {
      throw error;
    },
  });
  const { server } = fastify;
  if (bare) {
    const [nodes] = createNodeServer().listeners('connection') as [(socket: Socket) => void];
    server.removeAllListeners('connection').on('connection', nodes);
  }
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  return {
    port: (server.address() as AddressInfo).port,
    exchanges,
    usual,
    node,
    server,
    drain() {
      draining = true;
    },
    async [Symbol.asyncDispose]() {
      const closed = fastify.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What was asked, as JSON, or with `"stream"` in the body as a stream of events. */
export async function echo({ id, incoming, outgoing, signal }: ChatExchange): Promise<void> {
  const body = await receive(incoming, 1_000_000, signal);
  const text = JSON.stringify({ headers: sorted(incoming.headers), body: body.toString('latin1'), é: '🙂' });
  if (!body.includes('"stream"')) return sendJson(outgoing, 200, commonHeaders(id), text);
  const stream = openClientStream(outgoing, commonHeaders(id), 60_000);
  stream.begin(commonHeaders(id));
  stream.send([text]);
  await delay(2);
  stream.sendOne('{"a":"é"}', 10);
  stream.done();
}

const sorted = (headers: IncomingHttpHeaders) => Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));

export const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
export const streamBody = JSON.stringify({ model: 'm', stream: true });

/** Latin1. `fields`: lines behind those that each request has, with their line ends. */
export function requestOf(text = body, fields = ''): string {
  const { length } = text;
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n${fields}Content-Length: ${length}\r\n\r\n${text}`;
}

export interface RawClient extends Disposable {
  readonly socket: Socket;
  send(bytes: string | Buffer): Promise<void>;
  /** All that has come. */
  text(): string;
  /** Waits until this has come so many times, or what has come last is so, where much comes. */
  until(part: string | ((tail: string) => boolean), times?: number): Promise<string>;
  readonly closed: Promise<void>;
}

export async function openClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  const pieces: string[] = [];
  let tail = '';
  const text = () => pieces.join('');
  const hearers = new Set<() => void>();
  const tell = () => {
    for (const hear of [...hearers]) hear();
  };
  socket.on('data', (piece) => {
    pieces.push(piece.toString('latin1'));
    tail = (tail + pieces.at(-1)).slice(-64);
    tell();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      resolve();
      tell();
    });
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return {
    socket,
    closed,
    text,
    // Behind the turn in which it leaves, so that the next piece is another read.
    async send(bytes) {
      await new Promise<void>((resolve) => socket.write(bytes, 'latin1', () => resolve()));
      await delay(2);
    },
    async until(part, times = 1) {
      const enough = typeof part === 'string' ? () => text().split(part).length > times : () => part(tail);
      while (!enough() && !socket.closed)
        await new Promise<void>((resolve) => {
          const hear = () => {
            hearers.delete(hear);
            resolve();
          };
          hearers.add(hear);
        });
      return text();
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Without what no two answers have in common. */
export function withoutMoment(answers: string): string {
  return answers.replace(/^Date: .*GMT\r$/gm, 'Date: now\r').replace(/req_[0-9A-Za-z]+/g, 'req_x');
}
