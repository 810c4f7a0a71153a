// One call to one upstream, up to the point where it is decided whether it answers: a whole body, or the first event
// of a stream. That first event decides the HTTP status, so it is waited for before anything goes to the client.
import { TollgateError } from '../core/errors.ts';
import type {
  AnswerHeaders,
  ChatCall,
  ProviderAdapter,
  Timeouts,
  UpstreamFlow,
  UpstreamReceiver,
  UpstreamTransport,
  WholeAnswer,
} from '../core/ports.ts';
import { createEventStreamDecoder } from '../wire/sse/decode.ts';
import { type Deadline, startDeadline } from './deadline.ts';

/** Longest answer the gateway keeps in memory, and longest event of a stream. */
const maxAnswerBytes = 64 * 1024 * 1024;
const maxEventBytes = 16 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;

export type UpstreamAnswer =
  | {
      readonly kind: 'whole';
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly whole: WholeAnswer;
    }
  | {
      readonly kind: 'stream';
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly events: EventSource;
    };

/** Gets the events of a stream in order. `onEnd` or `onError` comes last, once. */
export interface EventConsumer {
  onEvents(events: readonly Buffer[]): void;
  onEnd(): void;
  onError(error: TollgateError): void;
}

/** An upstream stream whose first event is there. Nothing is lost between that and `attach`. */
export interface EventSource {
  readonly flow: UpstreamFlow;
  attach(consumer: EventConsumer): void;
}

export interface UpstreamCallOptions {
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
  readonly transport: UpstreamTransport;
  readonly timeouts: Timeouts;
  readonly signal: AbortSignal;
  /** Called when a model may have begun to work: the upstream accepted the request, or was lost after it was sent. */
  readonly onReached: () => void;
}

/** Rejects with TollgateError, or with the signal's reason when that aborted first. */
export function callUpstream(options: UpstreamCallOptions): Promise<UpstreamAnswer> {
  const { call, provider, timeouts, signal } = options;
  if (signal.aborted) return Promise.reject(signal.reason);
  const prepared = provider.prepare(call);
  return new Promise((resolve, reject) => {
    let consumer: EventConsumer | undefined;
    let decided = false;
    let failure: TollgateError | undefined;
    let end: () => void = () => undefined;

    const total = startDeadline(timeouts.totalMs, () => fail(timeout('the whole answer took too long')));
    const silence: Deadline = startDeadline(timeouts.firstTokenMs, () =>
      fail(timeout(decided ? 'it fell silent' : 'no first token')),
    );
    const onAbort = () => {
      close();
      end();
      if (!decided) reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });

    function close(): void {
      total.stop();
      silence.stop();
      signal.removeEventListener('abort', onAbort);
    }

    function fail(error: TollgateError): void {
      close();
      end();
      if (!decided) {
        decided = true;
        reject(error);
        return;
      }
      failure = error;
      consumer?.onError(error);
    }

    function decide(answer: UpstreamAnswer): void {
      decided = true;
      resolve(answer);
    }

    let body: BodyReader | undefined;
    const receiver: UpstreamReceiver = {
      onHeaders(status, headers, flow) {
        if (status < 400) options.onReached();
        body = status >= 400 ? readRefusal(status, headers) : readSuccess(status, headers, flow);
      },
      onData(chunk) {
        if (decided) silence.extend(timeouts.idleMs);
        body?.onData(chunk);
      },
      onEnd() {
        body?.onEnd();
      },
      onError(lost) {
        if (lost.sent) options.onReached();
        fail(new TollgateError('upstream_error', { cause: lost.cause, values: { reason: lost.reason } }));
      },
    };

    function readRefusal(status: number, headers: AnswerHeaders): BodyReader {
      const pieces = collect(maxErrorBytes, () => settle());
      const settle = () => fail(provider.mapError(status, headers, pieces.bytes()));
      return { onData: pieces.add, onEnd: settle };
    }

    function readSuccess(status: number, headers: AnswerHeaders, flow: UpstreamFlow): BodyReader {
      return call.streaming ? readEvents(status, headers, flow) : readBody(status, headers);
    }

    function readBody(status: number, headers: AnswerHeaders): BodyReader {
      const pieces = collect(maxAnswerBytes, () => fail(broken('its answer is too long')));
      return {
        onData: pieces.add,
        onEnd() {
          close();
          try {
            decide({ kind: 'whole', status, headers, whole: provider.readWhole(call, pieces.bytes()) });
          } catch (error) {
            fail(asTollgateError(error));
          }
        },
      };
    }

    function readEvents(status: number, headers: AnswerHeaders, flow: UpstreamFlow): BodyReader {
      if (!String(headers['content-type'] ?? '').startsWith('text/event-stream')) {
        const pieces = collect(maxErrorBytes, () => fail(broken('it did not stream')));
        return { onData: pieces.add, onEnd: () => fail(broken('it did not stream')) };
      }
      const decoder = createEventStreamDecoder(maxEventBytes);
      let waiting: Buffer[] = [];
      let ended = false;

      function take(events: Buffer[]): void {
        if (events.length === 0) return;
        if (consumer) {
          consumer.onEvents(events);
          return;
        }
        waiting.push(...events);
        if (decided) return;
        flow.pause();
        decide({ kind: 'stream', status, headers, events: { flow: guarded(flow), attach } });
      }

      function attach(attached: EventConsumer): void {
        consumer = attached;
        const events = waiting;
        waiting = [];
        consumer.onEvents(events);
        if (failure) consumer.onError(failure);
        else if (ended) consumer.onEnd();
        else flow.resume();
      }

      /** A client that reads slowly is no silence of the upstream; ending early also ends the deadlines. */
      function guarded(raw: UpstreamFlow): UpstreamFlow {
        return {
          pause() {
            silence.extend(timeouts.totalMs);
            raw.pause();
          },
          resume() {
            silence.extend(timeouts.idleMs);
            raw.resume();
          },
          abort() {
            close();
            raw.abort();
          },
        };
      }

      return {
        onData(chunk) {
          try {
            take(decoder.push(chunk));
          } catch (cause) {
            fail(broken('an event of its stream is too long', cause));
          }
        },
        onEnd() {
          take(decoder.end());
          ended = true;
          if (!decided) {
            fail(broken('its stream was empty'));
            return;
          }
          close();
          consumer?.onEnd();
        },
      };
    }

    end = options.transport.dispatch(prepared, timeouts.connectMs, receiver);
  });
}

interface BodyReader {
  onData(chunk: Buffer): void;
  onEnd(): void;
}

/** Keeps up to `limit` bytes; calls `onFull` once when more comes. */
function collect(limit: number, onFull: () => void): { add(piece: Buffer): void; bytes(): Buffer } {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    add(piece) {
      if (size >= limit) return;
      size += piece.length;
      pieces.push(piece);
      if (size >= limit) onFull();
    },
    bytes: () => (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)),
  };
}

function timeout(reason: string): TollgateError {
  return new TollgateError('upstream_timeout', { values: { reason } });
}

function broken(reason: string, cause?: unknown): TollgateError {
  return new TollgateError('upstream_error', {
    values: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

function asTollgateError(error: unknown): TollgateError {
  return error instanceof TollgateError ? error : broken('its answer makes no sense', error);
}
