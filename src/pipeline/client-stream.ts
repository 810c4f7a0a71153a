// The event stream to one client: head, chunks, heartbeats and the only two honest ends: `[DONE]`, or an error frame
// without it. Nothing is sent before the upstream's first event, or before the first heartbeat is due.
import { type TollgateError, toErrorBody } from '../core/errors.ts';
import type { AnswerOutput } from '../core/exchange.ts';
import { doneEvent, encodeData, eventStreamHeaders, keepAliveComment } from '../wire/sse/encode.ts';
import type { Headers } from './respond.ts';

/** How long a connection may be idle behind an error in a stream. */
const idleAfterFailureMs = 500;

export interface ClientStream {
  /** Sends the head; later calls change nothing. */
  begin(headers: Headers): void;
  /** Whether the head has gone out, so that errors must be in-band. */
  begun(): boolean;
  /** Sends chunks, one event each, in one write. `false`: the client reads too slowly, wait for `onDrain`. */
  send(chunks: readonly string[]): boolean;
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
  let lastWrite = performance.now();
  let timer: NodeJS.Timeout | undefined = setTimeout(beat, heartbeatMs);

  function beat(): void {
    const silent = performance.now() - lastWrite;
    if (silent < heartbeatMs - 1) {
      timer = setTimeout(beat, heartbeatMs - silent);
      return;
    }
    begin(headers);
    // A client that does not read gets no comments on top of what waits for it.
    if (!outgoing.writableNeedDrain) write(keepAliveComment);
    timer = setTimeout(beat, heartbeatMs);
  }

  function begin(head: Headers): void {
    if (outgoing.headersSent || outgoing.destroyed) return;
    outgoing.writeHead(200, { ...head, ...eventStreamHeaders });
    outgoing.socket?.setNoDelay(true);
  }

  function write(text: string): boolean {
    if (outgoing.destroyed || outgoing.writableEnded) return true;
    lastWrite = performance.now();
    return outgoing.write(text);
  }

  function close(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function finish(last: string): void {
    close();
    if (!outgoing.destroyed && !outgoing.writableEnded) outgoing.end(last);
  }

  return {
    begin,
    begun: () => outgoing.headersSent,
    send: (chunks) => write(chunks.map(encodeData).join('')),
    onDrain: (listener) => outgoing.once('drain', listener),
    done: () => finish(doneEvent),
    fail(error) {
      // After a failure the connection closes (CONTRACT, decision 5), unless its client has already sent the next request.
      const { socket } = outgoing;
      outgoing.once('finish', () => socket?.setTimeout(idleAfterFailureMs));
      finish(encodeData(JSON.stringify(toErrorBody(error))));
    },
    close,
  };
}
