// An upstream straight on the socket: it answers well, or with the very bytes an input prescribes, be they HTTP or not.
// Keeps nothing of what it was asked but what its listener keeps.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { completion, goodStream } from '../support/scripted-upstream.ts';
import { parsed } from './judge-answer.ts';

/** Bytes to answer with, a packet each, and what happens behind them. */
export interface RawAnswer {
  readonly packets: readonly Buffer[];
  readonly ending: 'keep' | 'end' | 'reset' | 'stall';
}

export interface RawUpstream extends AsyncDisposable {
  /** Base URL with the version. */
  readonly url: string;
  readonly port: number;
}

const head = (type: string, rest: string) => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${rest}\r\n\r\n`;
const goodJson = JSON.stringify(completion());
const goodWhole = Buffer.from(head('application/json', `content-length: ${goodJson.length}`) + goodJson);
const goodEvents = goodStream('Hello', ', ', 'world!').join('');
const goodEventStream = Buffer.from(
  `${head('text/event-stream', 'transfer-encoding: chunked')}${goodEvents.length.toString(16)}\r\n${goodEvents}\r\n0\r\n\r\n`,
);

/** `answer` sees each body that arrives; what it does not answer is answered well. */
export async function startRawUpstream(
  answer: (body: string) => RawAnswer | undefined,
): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let received: Buffer[] = [];
    let missing = 0;
    socket.on('data', (piece: Buffer) => {
      received.push(piece);
      missing -= piece.length;
      // Joined when it may be whole: joining at every piece would be quadratic.
      if (missing > 0) return;
      const all = Buffer.concat(received);
      const body = bodyOf(all);
      received = body.text === undefined ? [all] : [];
      missing = body.missing;
      if (body.text === undefined) return;
      const text = body.text;
      const given = answer(text);
      if (given) void play(socket, given);
      else socket.write(wantsStream(text) ? goodEventStream : goodWhole);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function wantsStream(body: string): boolean {
  return /am"|\\u/.test(body) && parsed(body)?.stream === true;
}

/** The gateway always says how long its request is. `missing`: bytes to wait for before it is worth another look. */
function bodyOf(received: Buffer): { readonly text?: string; readonly missing: number } {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return { missing: 0 };
  const length = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, end))?.[1];
  if (length === undefined) return { missing: 0 };
  const missing = end + 4 + Number(length) - received.length;
  return missing > 0 ? { missing } : { missing: 0, text: received.toString('utf8', end + 4) };
}

async function play(socket: Socket, { packets, ending }: RawAnswer): Promise<void> {
  for (const packet of packets) {
    if (socket.destroyed) return;
    socket.write(packet);
    if (packets.length > 1) await new Promise((resolve) => setImmediate(resolve));
  }
  if (ending === 'end') socket.end();
  if (ending === 'reset') socket.resetAndDestroy();
}
