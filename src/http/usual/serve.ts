// Takes the connections of Node's server of HTTP first: usual requests are served without it, at a fraction of what it costs, and
// everything else is given to it as if nobody had looked. Reasons and figures: docs/decisions/0013-usual-requests.md.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { closeIfStillIdle } from '../close-idle.ts';
import type { UsualAnswer } from './answer.ts';
import { type AnswerHeads, createAnswerHeads } from './answer-head.ts';
import { type ConnectionOwner, UsualConnection } from './connection.ts';
import type { UsualRequest } from './request.ts';

export interface UsualPorts {
  /** Whether requests are taken at present; all others are for Node. */
  readonly open: () => boolean;
  readonly serve: (request: UsualRequest, answer: UsualAnswer) => void;
  /** Unix ms. */
  readonly now: () => number;
}

export interface UsualTimes {
  /** How long a request that came in part may take to come whole, in ms. */
  readonly gatherMs: number;
  /** How often it is looked which connections have waited too long, in ms. */
  readonly tickMs: number;
}

const usualTimes: UsualTimes = { gatherMs: 20, tickMs: 1000 };
/** How long a client that sends nothing may keep a connection behind the last words to it. */
const lastWordsMs = 5000;

/** How long connections may wait, and the lengths of heads, are the server's own: it has to be set up by then. */
export function serveUsualRequests(server: Server, ports: UsualPorts, times: UsualTimes = usualTimes): void {
  const [toNode] = server.listeners('connection') as [(this: Server, socket: Socket) => void];
  const connections = new UsualConnections(server, toNode, ports, times);
  server.off('connection', toNode);
  server.on('connection', (socket: Socket) => connections.add(socket));
  const { closeAllConnections } = server;
  server.closeAllConnections = () => {
    connections.destroy();
    closeAllConnections.call(server);
  };
}

class UsualConnections implements ConnectionOwner {
  readonly heads: AnswerHeads;
  readonly gatherMs: number;
  ticks = 0;
  readonly #server: Server;
  readonly #toNode: (this: Server, socket: Socket) => void;
  readonly #ports: UsualPorts;
  readonly #tickMs: number;
  // @NOTE an array, as in exchanges.ts: a Set that changes with each connection keeps the dead ones.
  readonly #all: UsualConnection[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    server: Server,
    toNode: (this: Server, socket: Socket) => void,
    ports: UsualPorts,
    { gatherMs, tickMs }: UsualTimes,
  ) {
    this.heads = createAnswerHeads(ports.now, server.keepAliveTimeout);
    this.gatherMs = gatherMs;
    this.#server = server;
    this.#toNode = toNode;
    this.#ports = ports;
    this.#tickMs = tickMs;
  }

  add(socket: Socket): void {
    const connection = new UsualConnection(this, socket);
    connection.place = this.#all.push(connection) - 1;
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs).unref();
  }

  open(): boolean {
    return this.#ports.open();
  }

  serve(request: UsualRequest, answer: UsualAnswer): void {
    this.#ports.serve(request, answer);
  }

  handOver(socket: Socket): void {
    this.#toNode.call(this.#server, socket);
  }

  brokenOff(socket: Socket): void {
    this.#refuse(socket, 'HPE_INVALID_EOF_STATE', 'the connection ended in a request');
  }

  forget(connection: UsualConnection): void {
    const { place } = connection;
    if (place === -1) return;
    connection.place = -1;
    const last = this.#all.pop();
    if (last === undefined || last === connection) return;
    this.#all[place] = last;
    last.place = place;
  }

  destroy(): void {
    for (const { socket } of [...this.#all]) socket.destroy();
  }

  /** What Node does with connections that wait too long for their first request, or for another. 0: as long as they like. */
  #tick(): void {
    this.ticks++;
    const {
      headersTimeout,
      keepAliveTimeout,
      keepAliveTimeoutBuffer = 0,
    } = this.#server as Server & {
      readonly keepAliveTimeoutBuffer?: number;
    };
    for (const connection of [...this.#all]) {
      const waitedMs = connection.waited(this.ticks) * this.#tickMs;
      if (connection.used) {
        if (keepAliveTimeout > 0 && waitedMs > keepAliveTimeout + keepAliveTimeoutBuffer)
          closeIfStillIdle(connection.socket);
      } else if (headersTimeout > 0 && waitedMs > headersTimeout) {
        connection.release();
        this.#refuse(connection.socket, 'ERR_HTTP_REQUEST_TIMEOUT', 'no request came');
      }
    }
    if (this.#all.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** As Node tells its server of it. */
  #refuse(socket: Socket, code: string, message: string): void {
    socket.on('error', () => undefined);
    socket.setTimeout(lastWordsMs, () => socket.destroy());
    this.#server.emit('clientError', Object.assign(new Error(message), { code }), socket);
  }
}
