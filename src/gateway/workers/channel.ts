// Messages over a pipe between two processes of one gateway: each is its length and what V8 makes of it, bigint included. Beside the
// channel that Node itself has, because that one waits for an answer to every connection it hands over, and settlements
// would wait behind it.
import type { Duplex } from 'node:stream';
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

export interface Channel<Sent> {
  send(message: Sent): void;
  /** Resolves when all that was said has left. */
  close(): Promise<void>;
}

const headLength = 4;

/** `onEnd`: once, when the other process is gone or has closed its end; all it said has been received then. */
export function openChannel<Sent, Received>(
  pipe: Duplex,
  receive: (message: Received) => void,
  onEnd: () => void,
): Channel<Sent> {
  let pending: Buffer[] = [];
  let length = 0;
  let needed = headLength;

  function take(chunk: Buffer): void {
    pending.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    const bytes = pending.length === 1 ? chunk : Buffer.concat(pending, length);
    let start = 0;
    needed = headLength;
    while (bytes.length - start >= headLength) {
      const end = start + headLength + bytes.readUInt32LE(start);
      if (end > bytes.length) {
        needed = end - start;
        break;
      }
      receive(decode(bytes.subarray(start + headLength, end)) as Received);
      start = end;
    }
    pending = start < bytes.length ? [bytes.subarray(start)] : [];
    length = bytes.length - start;
  }

  pipe.on('data', take);
  // The end follows.
  pipe.on('error', () => undefined);
  pipe.once('close', onEnd);
  return {
    send(message) {
      if (pipe.writable) pipe.write(encode(message));
    },
    close: () =>
      new Promise((resolve) => {
        pipe.once('close', resolve);
        pipe.end(resolve);
      }),
  };
}

function encode(message: unknown): Buffer {
  const serializer = new DefaultSerializer();
  serializer.writeRawBytes(Buffer.alloc(headLength));
  serializer.writeHeader();
  serializer.writeValue(message);
  const bytes = serializer.releaseBuffer();
  bytes.writeUInt32LE(bytes.length - headLength, 0);
  return bytes;
}

function decode(bytes: Buffer): unknown {
  const deserializer = new DefaultDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
