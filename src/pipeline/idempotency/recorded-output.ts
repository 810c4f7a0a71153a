// Stands where a ServerResponse stands for the stages that answer, and writes into a log that clients follow. The end of an
// answer is held back until it is kept, so that whoever has seen the end can have it again. Knows nothing of stores.
import { EventEmitter } from 'node:events';
import type { AnswerOutput, Recording } from '../../core/exchange.ts';
import { keepAliveComment } from '../../wire/sse/encode.ts';
import { type AnswerHead, type AnswerLog, createAnswerLog } from './answer-log.ts';

/** An answer to keep. */
export interface WholeAnswer extends AnswerHead {
  readonly body: Buffer;
}

export interface RecordedOutput extends AnswerOutput, Recording {
  readonly log: AnswerLog;
  /** A client has the whole answer, or would have it if there were one. */
  delivered(): void;
  /** How long the connections of its clients may be idle behind the answer, in ms; `undefined`: as ever. */
  idleMs(): number | undefined;
}

export interface RecordedOutputParts {
  readonly req: AnswerOutput['req'];
  /** The largest answer that is kept. */
  readonly mostBytes: number;
  /** Resolves to whether it is kept; `undefined`: there is more than is kept. Does not reject. */
  readonly keep: (answer: WholeAnswer | undefined) => Promise<boolean>;
  /** Called when the answer ends and is not to be kept, before any client has its end: the same again is another request. */
  readonly onUnkept: () => void;
  /** Called when more of the answer is in the log, or its end. */
  readonly onWritten: () => void;
  /** Ends the connections of all clients. */
  readonly destroy: () => void;
}

/** As much as a socket takes before it asks to wait. */
const highWaterBytes = 65_536;

export function createRecordedOutput(parts: RecordedOutputParts): RecordedOutput {
  const { mostBytes } = parts;
  const events = new EventEmitter();
  const log = createAnswerLog({ mostBytes, highWaterBytes, onWritable: () => events.emit('drain') });
  const headers: Record<string, string | number> = {};
  let head: AnswerHead | undefined;
  let ended = false;
  let finished = false;
  let destroyed = false;
  let idleMs: number | undefined;
  let wanted = () => false;
  let keeping: Promise<void> | undefined;

  function begin(): void {
    if (!log.head()) log.begin(head ?? { status: 200, headers });
  }

  function finish(last: Buffer): void {
    begin();
    log.append(last);
    log.end();
    parts.onWritten();
  }

  async function keepAndFinish(last: Buffer): Promise<void> {
    const { status, headers } = head ?? { status: 200, headers: {} };
    const pieces = log.whole();
    const small = pieces && log.bytes() + last.length <= mostBytes;
    const kept = await parts.keep(
      small ? { status, headers, body: Buffer.concat([...pieces, last]) } : undefined,
    );
    // Asked again it would fail alike: official clients need not try.
    if (kept && status >= 400) head = { status, headers: { ...headers, 'x-should-retry': 'false' } };
    finish(last);
  }

  return {
    log,
    req: parts.req,
    socket: {
      setNoDelay: () => {},
      setTimeout(milliseconds) {
        idleMs = milliseconds;
      },
    },
    get headersSent() {
      return head !== undefined;
    },
    get destroyed() {
      return destroyed;
    },
    get writableEnded() {
      return ended;
    },
    get writableFinished() {
      return finished;
    },
    get writableNeedDrain() {
      return !log.writable();
    },
    setHeader(name, value) {
      headers[name] = value;
    },
    writeHead(status, more) {
      head = { status, headers: { ...headers, ...more } };
    },
    write(piece) {
      begin();
      if (piece === keepAliveComment) log.beat(piece);
      else {
        log.append(bytesOf(piece));
        parts.onWritten();
      }
      return log.writable();
    },
    end(piece) {
      if (ended) return;
      ended = true;
      const last = piece === undefined ? Buffer.alloc(0) : bytesOf(piece);
      if (wanted()) keeping = keepAndFinish(last);
      else {
        parts.onUnkept();
        finish(last);
      }
    },
    destroy() {
      destroyed = true;
      parts.destroy();
      events.emit('close');
    },
    once: (event, listener) => events.once(event, listener),
    off: (event, listener) => events.off(event, listener),

    keepWhen(asked) {
      wanted = asked;
    },
    kept: async () => keeping,
    delivered() {
      if (finished) return;
      finished = true;
      events.emit('finish');
    },
    idleMs: () => idleMs,
  };
}

function bytesOf(piece: string | Uint8Array): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
}
