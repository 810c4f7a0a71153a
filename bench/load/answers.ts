// Finds the end of an HTTP answer in what comes off a socket: by its length, by its last chunk, or by the end of the connection.

export interface AnswerReader {
  /** `true` with the last byte of the answer. */
  add(piece: Buffer): boolean;
  /** The connection has ended: is that the end of the answer? */
  endsHere(): boolean;
  readonly pieces: readonly Buffer[];
}

type Framing = 'unknown' | 'length' | 'chunked' | 'close';

const lastChunk = Buffer.from('0\r\n\r\n');

export function createAnswerReader(): AnswerReader {
  const pieces: Buffer[] = [];
  let framing: Framing = 'unknown';
  let missing = 0;

  function readHead(): void {
    const received = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    const bodyStart = received.indexOf('\r\n\r\n') + 4;
    if (bodyStart < 4) return;
    const head = received.toString('latin1', 0, bodyStart);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) framing = 'chunked';
    else framing = length === undefined ? 'close' : 'length';
    missing = bodyStart + Number(length ?? 0) - received.length;
  }

  function endsChunked(last: Buffer): boolean {
    const tail = last.length < 5 ? Buffer.concat(pieces).subarray(-5) : last.subarray(-5);
    return tail.equals(lastChunk);
  }

  return {
    pieces,
    add(piece) {
      pieces.push(piece);
      if (framing === 'unknown') readHead();
      else missing -= piece.length;
      if (framing === 'chunked') return endsChunked(piece);
      return framing === 'length' && missing <= 0;
    },
    endsHere: () => framing === 'close',
  };
}
