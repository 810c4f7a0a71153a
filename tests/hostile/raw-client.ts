// A client straight on the socket, that sends whatever bytes it is told to and knows no HTTP but how an answer ends.
import { connect, type Socket } from 'node:net';
import { type HttpAnswer, readAnswers } from './http-bytes.ts';

/** What a connection gave until it was enough, closed or gone silent. */
export interface Heard {
  readonly answers: readonly HttpAnswer[];
  /** Why what came is no answer. */
  readonly broken?: string;
  /** Bytes of an answer that never ended. */
  readonly rest: Buffer;
  /** How the wait ended. */
  readonly ended: 'answered' | 'closed' | 'silent';
}

export interface RawClient {
  /** Sends a request on the kept connection and waits for its one answer, at most `patienceMs`. */
  exchange(request: readonly Buffer[], patienceMs: number): Promise<Heard>;
  close(): void;
}

/** One connection at a time, opened again when the gateway closed it. */
export function createRawClient(port: number): RawClient {
  let socket: Socket | undefined;
  return {
    async exchange(request, patienceMs) {
      if (!socket || socket.destroyed || !socket.writable) socket = await open(port);
      const used = socket;
      const heard = listen(used, 'POST', (answers) => answers.length > 0, patienceMs);
      for (const piece of request) used.write(piece);
      const all = await heard;
      const [answer] = all.answers;
      const closing = answer?.headers.some(([name, value]) => name === 'connection' && value === 'close');
      if (all.ended !== 'answered' || closing || all.rest.length > 0) used.destroy();
      return all;
    },
    close: () => socket?.destroy(),
  };
}

export interface RawScript {
  readonly pieces: readonly Buffer[];
  /** Pause between pieces, in ms; 0 sends them in one turn each. */
  readonly pauseMs: number;
  /** What the client does when it has sent everything. */
  readonly ending: 'wait' | 'half-close' | 'reset';
  readonly method: string;
  /** How many answers it waits for. */
  readonly expected: number;
}

/** Plays bytes on a connection of their own and listens until `quietMs` have passed in silence. */
export async function playRaw(
  port: number,
  script: RawScript,
  quietMs: number,
  busyMs: number,
): Promise<Heard> {
  const socket = await open(port);
  const enough = (answers: readonly HttpAnswer[]) => answers.length >= script.expected;
  const heard = listen(socket, script.method, enough, busyMs, quietMs);
  for (const piece of script.pieces) {
    if (socket.destroyed || !socket.writable) break;
    socket.write(piece);
    if (script.pieces.length > 1) await new Promise((resolve) => setTimeout(resolve, script.pauseMs));
  }
  if (script.ending === 'half-close') socket.end();
  if (script.ending === 'reset') {
    await new Promise((resolve) => setTimeout(resolve, script.pauseMs));
    socket.resetAndDestroy();
  }
  const all = await heard;
  socket.destroy();
  return all;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // What a lost connection means is seen by what came before it.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** `quietMs`: how long nothing may come before it is taken for the end; by default as long as `patienceMs`. */
function listen(
  socket: Socket,
  method: string,
  enough: (answers: readonly HttpAnswer[]) => boolean,
  patienceMs: number,
  quietMs = patienceMs,
): Promise<Heard> {
  return new Promise((resolve) => {
    let pieces: Buffer[] = [];
    let quiet = setTimeout(() => finish('silent'), quietMs);
    const patience = setTimeout(() => finish('silent'), patienceMs);
    const take = (piece: Buffer) => {
      pieces.push(piece);
      if (quietMs < patienceMs) {
        clearTimeout(quiet);
        quiet = setTimeout(() => finish('silent'), quietMs);
      }
      // Only what ends like an answer is worth a look: long ones come in many pieces.
      const last = piece.at(-1);
      if (last !== 0x0a && last !== 0x7d) return;
      const read = look(false);
      if (read.broken !== undefined || enough(read.answers)) finish('answered');
    };
    const closed = () => finish('closed');
    function look(end: boolean): Pick<Heard, 'answers' | 'rest' | 'broken'> {
      const bytes = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      pieces = [bytes];
      try {
        return readAnswers(bytes, end, method);
      } catch (error) {
        return { answers: [], rest: bytes, broken: String(error) };
      }
    }
    function finish(ended: Heard['ended']): void {
      clearTimeout(quiet);
      clearTimeout(patience);
      socket.off('data', take);
      socket.off('close', closed);
      resolve({ ...look(ended === 'closed'), ended });
    }
    socket.on('data', take);
    socket.once('close', closed);
  });
}
