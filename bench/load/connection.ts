// One connection of a client, one request at a time on it, straight on the socket: a full HTTP client would cost more than
// what is measured. Connects again when a gateway closes between two requests.
import { connect, type Socket } from 'node:net';
import { type AnswerReader, createAnswerReader } from './answers.ts';

export interface Listener {
  /** Each read, with the time it came (`performance.now()`). */
  onPiece?(piece: Buffer, at: number): void;
  /** The answer is whole. */
  onAnswer(answer: readonly Buffer[], at: number): void;
  /** The connection broke before; `pieces` is what had come. */
  onBroken(pieces: readonly Buffer[], error: Error): void;
}

export interface Connection {
  send(request: Buffer, listener: Listener): void;
  /** Goes without waiting for an answer, as a client that loses interest does. */
  destroy(): void;
  close(): void;
}

export function openConnection(url: string): Connection {
  const { hostname, port } = new URL(url);
  let socket: Socket | undefined;
  let current: { readonly reader: AnswerReader; readonly listener: Listener } | undefined;

  function broken(error: Error): void {
    socket = undefined;
    const waiting = current;
    current = undefined;
    if (!waiting) return;
    const { pieces } = waiting.reader;
    if (waiting.reader.endsHere()) waiting.listener.onAnswer(pieces, performance.now());
    else waiting.listener.onBroken(pieces, error);
  }

  function open(): Socket {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true });
    opened.on('data', (piece: Buffer) => {
      const at = performance.now();
      if (!current) return;
      const { reader, listener } = current;
      listener.onPiece?.(piece, at);
      if (!reader.add(piece)) return;
      current = undefined;
      listener.onAnswer(reader.pieces, at);
    });
    opened.on('error', (error) => {
      if (socket === opened) broken(error);
    });
    opened.on('close', () => {
      if (socket === opened) broken(new Error('the connection was closed'));
    });
    return opened;
  }

  return {
    send(request, listener) {
      current = { reader: createAnswerReader(), listener };
      if (!socket?.writable) socket = open();
      socket.write(request);
    },
    destroy() {
      const gone = socket;
      socket = undefined;
      current = undefined;
      gone?.destroy();
    },
    close() {
      const idle = socket;
      socket = undefined;
      idle?.end();
    },
  };
}
