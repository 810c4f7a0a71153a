// A server straight on sockets, over TCP, TLS or a local path, for tests that decide about every byte and every close.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface Asked {
  readonly socket: Socket;
  /** 1 is the first of its connection. */
  readonly connection: number;
  /** 1 is the first on its connection. */
  readonly count: number;
  readonly head: string;
  readonly body: Buffer;
}

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  /** All there were, in order. */
  readonly sockets: readonly Socket[];
  /** Those that neither side has closed. */
  open(): number;
  onConnection(listener: (socket: Socket) => void): void;
  /** Resolves when so many are open. */
  untilOpen(count: number): Promise<void>;
}

export interface RawOptions {
  readonly tls?: TlsOptions;
  readonly path?: string;
  readonly host?: string;
  /** Called with the head, before the body has come; nothing is read of it then. */
  readonly early?: boolean;
}

export async function startRawServer(
  answer: (asked: Asked) => void,
  { tls, path, host = '127.0.0.1', early = false }: RawOptions = {},
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const serve = (socket: Socket) => {
    const connection = sockets.push(socket);
    let received = Buffer.alloc(0);
    let count = 0;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      received = Buffer.concat([received, piece]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end);
      const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length && !early) return;
      if (early) socket.pause();
      const body = received.subarray(end + 4, end + 4 + length);
      received = received.subarray(end + 4 + length);
      answer({ socket, connection, count: ++count, head, body });
    });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer({ allowHalfOpen: true }, serve);
  if (path === undefined) server.listen(0, host);
  else server.listen(path);
  await once(server, 'listening');
  const port = path === undefined ? (server.address() as AddressInfo).port : 0;
  const open = () => sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  return {
    port,
    origin: `http${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port || 80}`,
    sockets,
    open,
    onConnection: (listener) => void server.on('connection', listener),
    async untilOpen(count) {
      while (open() !== count) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export const answerOf = (body: string, head = '') =>
  `HTTP/1.1 200 OK\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
