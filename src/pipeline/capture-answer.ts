// Stands between the stages that answer and the client's socket, and keeps the first bytes of what goes through. Used only where
// an operator wants content kept; nobody waits for it.
import type { TakenAnswer } from '../core/content.ts';
import type { AnswerOutput } from '../core/exchange.ts';
import { eventStreamHeaders, keepAliveComment } from '../wire/sse/encode.ts';

export interface CapturedOutput extends AnswerOutput {
  taken(): TakenAnswer;
}

/** `maxBytes`: as much is kept. Comments that keep a stream alive are no part of the answer. */
export function captureAnswer(outgoing: AnswerOutput, maxBytes: number): CapturedOutput {
  const pieces: (string | Uint8Array)[] = [];
  let kept = 0;
  let bytes = 0;
  let status = 0;
  let stream = false;

  function take(piece: string | Uint8Array | undefined): void {
    if (piece === undefined || piece === keepAliveComment) return;
    const size = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    bytes += size;
    if (kept >= maxBytes) return;
    kept += size;
    pieces.push(piece);
  }

  return {
    req: outgoing.req,
    get socket() {
      return outgoing.socket;
    },
    get headersSent() {
      return outgoing.headersSent;
    },
    get destroyed() {
      return outgoing.destroyed;
    },
    get writableEnded() {
      return outgoing.writableEnded;
    },
    get writableFinished() {
      return outgoing.writableFinished;
    },
    get writableNeedDrain() {
      return outgoing.writableNeedDrain;
    },
    setHeader: (name, value) => outgoing.setHeader(name, value),
    writeHead(given, headers) {
      status = given;
      stream = headers['content-type'] === eventStreamHeaders['content-type'];
      return outgoing.writeHead(given, headers);
    },
    write(piece) {
      take(piece);
      return outgoing.write(piece);
    },
    end(last) {
      take(last);
      return outgoing.end(last);
    },
    destroy: () => outgoing.destroy(),
    once: (event, listener) => outgoing.once(event, listener),
    off: (event, listener) => outgoing.off(event, listener),
    taken: () => ({ status, stream, pieces, bytes }),
  };
}
