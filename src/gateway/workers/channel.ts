// Messages over a pipe between two processes of one gateway: each is its length and what V8 makes of it, bigint included. Beside the
// channel that Node itself has, because that one waits for an answer to every connection it hands over, and settlements
// would wait behind it.
import type { Duplex } from 'node:stream';
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';
import { closeFrame, createFrameReader, frameHead } from '../../store/bridge/frames.ts';

export interface Channel<Sent> {
  send(message: Sent): void;
  /** Resolves when all that was said has left. */
  close(): Promise<void>;
}

export interface ChannelParts<Sent, Received> {
  readonly receive: (message: Received) => void;
  /** Once, when the other process is gone, has closed its end or is given up; all it said has been received then. */
  readonly onEnd: (why: 'ended' | 'deaf') => void;
  /** The state that a message tells, of which only the newest counts: while the other process does not read, older ones are not kept. */
  readonly stateOf?: (message: Sent) => string | undefined;
}

/**
 * What may wait for a process that does not read, in bytes. Nothing that is said can be left out, so behind that it is given up, as if it had
 * ended.
 */
const mostWaiting = 32 * 1024 * 1024;

export function openChannel<Sent, Received>(
  pipe: Duplex,
  { receive, onEnd, stateOf }: ChannelParts<Sent, Received>,
): Channel<Sent> {
  /** By what they tell. */
  const states = new Map<string, Sent>();
  let deaf = false;

  function write(message: Sent): void {
    if (!pipe.writable) return;
    pipe.write(encode(message));
    if (pipe.writableLength <= mostWaiting) return;
    deaf = true;
    pipe.destroy();
  }

  function tellStates(): void {
    for (const [state, message] of states) {
      if (pipe.writableNeedDrain) return;
      states.delete(state);
      write(message);
    }
  }

  pipe.on(
    'data',
    createFrameReader((message) => receive(decode(message) as Received)),
  );
  pipe.on('drain', tellStates);
  // The end follows.
  pipe.on('error', () => undefined);
  pipe.once('close', () => onEnd(deaf ? 'deaf' : 'ended'));
  return {
    send(message) {
      const state = pipe.writableNeedDrain ? stateOf?.(message) : undefined;
      if (state === undefined) write(message);
      else states.set(state, message);
    },
    close: () =>
      new Promise((resolve) => {
        pipe.once('close', resolve);
        for (const message of states.values()) write(message);
        states.clear();
        pipe.end(resolve);
      }),
  };
}

function encode(message: unknown): Buffer {
  const serializer = new DefaultSerializer();
  serializer.writeRawBytes(Buffer.alloc(frameHead));
  serializer.writeHeader();
  serializer.writeValue(message);
  return closeFrame(serializer.releaseBuffer());
}

function decode(bytes: Buffer): unknown {
  const deserializer = new DefaultDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
