// The event stream to one client: head, chunks, heartbeats and the only two honest ends: `[DONE]`, or an error frame
// without it. Nothing is sent before the upstream's first event, or before the first heartbeat is due.
import type { Socket } from 'node:net';
import { type TollgateError, toErrorBody } from '../core/errors.ts';
import type { AnswerOutput } from '../core/exchange.ts';
import {
  doneEvent,
  encodeData,
  encodedDataBytes,
  eventStreamHeaders,
  keepAliveComment,
} from '../wire/sse/encode.ts';
import type { Headers } from './respond.ts';

/**
 * How long a connection may be idle behind an error in a stream. A request that crosses its closing is lost to the client: whoever
 * goes on at once has begun by then, over any distance, and whoever waits as SDKs do before they try again (375 ms at the least:
 * CONTRACT section 4, "Retries") finds it closed.
 */
const idleAfterFailureMs = 300;

export interface ClientStream {
  /** Sends the head; later calls change nothing. */
  begin(headers: Headers): void;
  /** Whether the head has gone out, so that errors must be in-band. */
  begun(): boolean;
  /** Sends chunks, one event each, in one write. `false`: the client reads too slowly, wait for `onDrain`. */
  send(chunks: readonly string[]): boolean;
  /** As `send`, for one chunk of which it is known how many bytes it has in UTF-8. */
  sendOne(chunk: string, bytes: number): boolean;
  onDrain(listener: () => void): void;
  done(): void;
  fail(error: TollgateError): void;
  /** Stops the heartbeat without sending anything: the client is gone or gets a plain answer. */
  close(): void;
}

/** `headers` are those of a head sent by the heartbeat, before it is known who serves. */
export function openClientStream(
  outgoing: AnswerOutput,
  headers: Headers,
  heartbeatMs: number,
): ClientStream {
  return new EventStreamToClient(outgoing, headers, heartbeatMs);
}

/** One object instead of closures: there is one for each open stream. */
class EventStreamToClient implements ClientStream {
  readonly #outgoing: AnswerOutput;
  readonly #headers: Headers;
  readonly #heartbeatMs: number;
  #lastWrite = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** Whether chunks of HTTP are framed here, since Node writes each as three pieces behind a cork. */
  #framing = false;
  /** Once the head has left by it, whatever follows is written to it. */
  #socket: Socket | undefined;

  constructor(outgoing: AnswerOutput, headers: Headers, heartbeatMs: number) {
    this.#outgoing = outgoing;
    this.#headers = headers;
    this.#heartbeatMs = heartbeatMs;
    this.#timer = setTimeout(EventStreamToClient.#beat, heartbeatMs, this);
  }

  static #beat(stream: EventStreamToClient): void {
    const heartbeatMs = stream.#heartbeatMs;
    const silent = performance.now() - stream.#lastWrite;
    if (silent < heartbeatMs - 1) {
      stream.#timer = setTimeout(EventStreamToClient.#beat, heartbeatMs - silent, stream);
      return;
    }
    stream.begin(stream.#headers);
    // A client that does not read gets no comments on top of what waits for it.
    const { writableNeedDrain } = stream.#socket ?? stream.#outgoing;
    if (!writableNeedDrain) stream.#write(keepAliveComment, keepAliveComment.length);
    stream.#timer = setTimeout(EventStreamToClient.#beat, heartbeatMs, stream);
  }

  begin(head: Headers): void {
    const outgoing = this.#outgoing;
    if (outgoing.headersSent || outgoing.destroyed) return;
    outgoing.writeHead(200, { ...head, ...eventStreamHeaders });
    compactHead(outgoing);
    outgoing.socket?.setNoDelay(true);
    if (outgoing.chunkedEncoding !== true) return;
    // Before the first write: Node does not bear it between a write and the tick behind it.
    outgoing.chunkedEncoding = false;
    this.#framing = true;
  }

  begun(): boolean {
    return this.#outgoing.headersSent;
  }

  send(chunks: readonly string[]): boolean {
    const [first] = chunks;
    const text =
      first !== undefined && chunks.length === 1 ? encodeData(first) : chunks.map(encodeData).join('');
    return text === '' || this.#write(text, Buffer.byteLength(text));
  }

  sendOne(chunk: string, bytes: number): boolean {
    return this.#write(encodeData(chunk), bytes + encodedDataBytes);
  }

  onDrain(listener: () => void): void {
    if (this.#socket) this.#socket.once('drain', listener);
    else this.#outgoing.once('drain', listener);
  }

  done(): void {
    this.#finish(doneEvent);
  }

  fail(error: TollgateError): void {
    const outgoing = this.#outgoing;
    // After a failure the connection closes (CONTRACT, decision 5), unless its client has already sent the next request.
    const { socket } = outgoing;
    outgoing.once('finish', () => socket?.setTimeout(idleAfterFailureMs));
    this.#finish(encodeData(JSON.stringify(toErrorBody(error))));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** `bytes`: of the text in UTF-8. */
  #write(text: string, bytes: number): boolean {
    const outgoing = this.#outgoing;
    if (outgoing.destroyed || outgoing.writableEnded) return true;
    this.#lastWrite = performance.now();
    if (!this.#framing) return outgoing.write(text);
    const framed = chunkOf(text, bytes);
    // What is ASCII need not be looked at again on its way to bytes.
    if (this.#socket) return this.#socket.write(framed, bytes === text.length ? 'latin1' : 'utf8');
    // With the head. Behind another request of its connection it has no socket yet.
    const socket = outgoing.socket as Socket | null;
    const taken = outgoing.write(framed);
    this.#socket = socket ?? undefined;
    return taken;
  }

  #finish(last: string): void {
    this.close();
    const outgoing = this.#outgoing;
    if (outgoing.destroyed || outgoing.writableEnded) return;
    outgoing.end(this.#framing ? chunkOf(last, Buffer.byteLength(last)) + lastChunk : last);
  }
}

/** RFC 9112 section 7.1. */
const lastChunk = '0\r\n\r\n';
const chunkOf = (text: string, bytes: number) => `${bytes.toString(16)}\r\n${text}\r\n`;

/**
 * Node keeps the head of an answer until its end, as the tree of some fifty texts it was joined of (2 KB). A search in it makes
 * it one text. Reads only what it finds: where Node keeps it otherwise, nothing happens.
 */
function compactHead(outgoing: AnswerOutput): void {
  const { _header: head } = outgoing as { readonly _header?: unknown };
  if (typeof head === 'string') /^HTTP/.test(head);
}
