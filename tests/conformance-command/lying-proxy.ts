// A server that tells what the gateway tells, changed by a lie: it makes any answer wrong in exactly one way.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import type { Json } from '../support/scripted-upstream.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly json: Json;
  /** 1 for the first request since the lie was told. */
  readonly number: number;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export type Lie = (told: Told, asked: Asked) => Told;

export interface LyingProxy extends AsyncDisposable {
  readonly url: string;
  /** From now on; without one it tells the truth. */
  tell(lie?: Lie): void;
  /** Requests since the last `tell`. */
  requests(): number;
  /** What kept it from handing an answer on, since it was started. */
  failures(): readonly unknown[];
}

export async function startLyingProxy(target: string): Promise<LyingProxy> {
  let lie: Lie = (told) => told;
  let number = 0;
  const failures: unknown[] = [];
  const server = createServer(async (incoming, response) => {
    const present = lie;
    const asked = { method: incoming.method ?? '', path: incoming.url ?? '', number: ++number };
    const body = await readAll(incoming);
    try {
      const told = await forwardAgain(target, incoming, body);
      write(response, present(told, { ...asked, json: parsed(body) }));
    } catch (error) {
      // Whoever asked sees its connection close; the test says what was expected instead.
      failures.push(error);
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell(another = (told) => told) {
      lie = another;
      number = 0;
    },
    requests: () => number,
    failures: () => failures,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) pieces.push(piece as Buffer);
  } catch {
    // The client has left; the gateway is asked all the same.
  }
  return Buffer.concat(pieces);
}

/**
 * A gateway that has refused a large body waits for two seconds and then closes. On a machine with much else to do that
 * may be before its answer was read, and then it is lost (RFC 9112 section 9.6).
 */
async function forwardAgain(target: string, incoming: IncomingMessage, body: Buffer): Promise<Told> {
  try {
    return await forward(target, incoming, body);
  } catch (error) {
    if (body.length < 1024 * 1024) throw error;
    return await forward(target, incoming, body);
  }
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Told> {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = incoming.headers;
  const reply = await request(`${target}${incoming.url}`, {
    method: (incoming.method ?? 'GET') as 'POST',
    headers: { ...headers, 'transfer-encoding': undefined },
    ...(incoming.method === 'POST' ? { body } : {}),
  });
  const { connection: _hop, 'transfer-encoding': _coding, 'content-length': _size, ...own } = reply.headers;
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)])),
    body: await reply.body.text(),
  };
}

function write(response: ServerResponse, { status, headers, body }: Told): void {
  response.writeHead(status, headers);
  // Two writes: Node adds no content-length of its own.
  response.write(body);
  response.end();
}

function parsed(body: Buffer): Json {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
