// Just enough HTTP/1.1 to take requests off a socket: a head, and a body by its length or in chunks. Bodies are small,
// clients do not pipeline.

export interface HttpMessage {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

/** Gives back a request once its last byte is there; before that `undefined`. */
export type MessageReader = (piece: Buffer) => HttpMessage | undefined;

const nothing: Buffer = Buffer.alloc(0);
const headEnd = '\r\n\r\n';

export function createMessageReader(): MessageReader {
  let received = nothing;

  function taken(head: string, body: Buffer): HttpMessage {
    received = nothing;
    const [method = '', path = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
    return { method, path, body };
  }

  return (piece) => {
    received = received.length === 0 ? piece : Buffer.concat([received, piece]);
    const bodyStart = received.indexOf(headEnd) + headEnd.length;
    if (bodyStart < headEnd.length) return undefined;
    const head = received.toString('latin1', 0, bodyStart);
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      // The body is looked into and not used, so the sizes between its chunks may stay.
      return received.subarray(-5).equals(lastChunk) ? taken(head, received.subarray(bodyStart)) : undefined;
    }
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    return received.length < bodyStart + length ? undefined : taken(head, received.subarray(bodyStart));
  };
}

const lastChunk = Buffer.from('0\r\n\r\n');
