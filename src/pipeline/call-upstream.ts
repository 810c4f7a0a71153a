// One call to one upstream, up to the point where it is decided whether it answers: a whole body, or the first chunk
// of a stream. That decides the HTTP status, so it is waited for before anything goes to the client.
import { TollgateError } from '../core/errors.ts';
import type {
  AnswerHeaders,
  ChatCall,
  ProviderAdapter,
  Timeouts,
  UpstreamCall,
  UpstreamFlow,
  UpstreamReceiver,
  UpstreamTransport,
  WholeAnswer,
} from '../core/ports.ts';
import { type BodyReader, broken, readRefusal, readWholeBody } from './body-readers.ts';
import { startDeadline } from './deadline.ts';
import { notStreamedReason, packedReason } from './unreadable-answer.ts';
import {
  createStreamFeed,
  type StreamFeed,
  serverSentEvents,
  type UpstreamStream,
} from './upstream-stream.ts';

/** How long an upstream that has said everything may take to end its answer, so that its connection is used again. */
const lingerMs = 1000;

interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

export type WholeUpstreamAnswer = AnswerHead & { readonly kind: 'whole'; readonly whole: WholeAnswer };
export type StreamUpstreamAnswer = AnswerHead & { readonly kind: 'stream'; readonly stream: UpstreamStream };
export type UpstreamAnswer = WholeUpstreamAnswer | StreamUpstreamAnswer;

export interface UpstreamCallOptions {
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
  readonly transport: UpstreamTransport;
  readonly timeouts: Timeouts;
  /** Ends the call at any time; a stream that has begun ends with the signal's reason. */
  readonly signal: AbortSignal;
  /** Added when all others are signed: they are about the way, not the message. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined;
  /** Called when a model may have begun to work: the upstream accepted the request, or was lost after it was sent. */
  readonly onReached: () => void;
  /** Called with the HTTP status of the upstream, a refusal's too. */
  readonly onStatus?: (status: number) => void;
}

/** Rejects with TollgateError, or with the signal's reason when that aborted first. */
export function callUpstream(options: UpstreamCallOptions): Promise<UpstreamAnswer> {
  const { call, provider, timeouts, signal } = options;
  if (signal.aborted) return Promise.reject(signal.reason);
  const prepared = provider.prepare(call);
  const { framing = serverSentEvents } = provider;
  return new Promise((resolve, reject) => {
    let body: BodyReader | undefined;
    let feed: StreamFeed | undefined;
    let begun = false;
    let over = false;
    /** Whether the wait is for the first token or for the next piece. */
    let answering = false;
    let lingering: NodeJS.Timeout | undefined;
    let end: () => void = () => undefined;

    const total = startDeadline(timeouts.totalMs, () => lose(timeout('the whole answer took too long')));
    const silence = startDeadline(timeouts.firstTokenMs, () =>
      lose(timeout(answering ? 'it fell silent' : 'no first token')),
    );
    const onAbort = () => finish(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });

    /** The end of the call, once: an error, or nothing more is wanted. */
    function finish(error?: unknown): void {
      if (over) return;
      over = true;
      total.stop();
      silence.stop();
      signal.removeEventListener('abort', onAbort);
      if (error !== undefined) end();
      if (begun) feed?.close(error);
      else if (error !== undefined) reject(error);
    }

    /** The answer broke off. If it was a refusal, that is still what it was. */
    function lose(error: TollgateError): void {
      finish(body?.verdict?.() ?? error);
    }

    function awake(): void {
      answering = true;
      silence.extend(timeouts.idleMs);
    }

    const receiver: UpstreamReceiver = {
      onHeaders(status, headers, flow) {
        options.onStatus?.(status);
        const refused = status >= 300;
        if (!refused) options.onReached();
        const packed = refused ? undefined : packedReason(headers);
        if (packed !== undefined) return finish(broken(packed));
        if (refused) body = readRefusal((said) => provider.mapError(status, headers, said), finish);
        else if (call.streaming) body = readStream({ status, headers }, flow);
        else body = readWholeBody((bytes) => answerWhole({ status, headers }, bytes), finish);
        if (refused || !call.streaming) awake();
      },
      onData(chunk) {
        if (over) return;
        if (answering) silence.extend(timeouts.idleMs);
        body?.onData(chunk);
      },
      onEnd() {
        clearTimeout(lingering);
        if (!over) body?.onEnd();
      },
      onError(lost) {
        clearTimeout(lingering);
        if (lost.sent) options.onReached();
        if (over) return;
        if (body?.whole?.()) body.onEnd();
        else lose(lost.timedOut ? timeout(lost.reason, lost.cause) : broken(lost.reason, lost.cause));
      },
    };

    function answerWhole(head: AnswerHead, bytes: Buffer): void {
      let whole: WholeAnswer;
      try {
        whole = provider.readWhole(call, bytes);
      } catch (error) {
        finish(error instanceof TollgateError ? error : broken('its answer makes no sense', error));
        return;
      }
      begun = true;
      finish();
      resolve({ kind: 'whole', ...head, whole });
    }

    /** A success that is no stream: an error in disguise, or an upstream that cannot stream. */
    function notStreamed(headers: AnswerHeaders, said: Buffer): TollgateError {
      if (!/^\s*[[{]/.test(said.toString('latin1', 0, 100))) return broken(notStreamedReason(headers));
      try {
        provider.readWhole(call, said);
      } catch (error) {
        if (error instanceof TollgateError) return error;
      }
      return broken('it did not stream');
    }

    function readStream(head: AnswerHead, flow: UpstreamFlow): BodyReader {
      if (!framing.contentType.test(String(head.headers['content-type']))) {
        return readRefusal((said) => notStreamed(head.headers, said), finish);
      }
      const reader = provider.createStreamReader(call);
      const made = createStreamFeed(reader, framing, {
        onBegun() {
          begun = true;
          awake();
          resolve({ kind: 'stream', ...head, stream });
        },
        onComplete(cut) {
          finish();
          if (cut) {
            end();
            return;
          }
          // Whatever an upstream sends behind its end is read and dropped; its connection then serves the next call.
          flow.resume();
          lingering = setTimeout(end, lingerMs);
          lingering.unref();
        },
        onBroken: finish,
      });
      /** A client that reads slowly is no silence of the upstream. */
      const stream: UpstreamStream = {
        reader,
        attach: made.attach,
        pause() {
          if (over) return;
          silence.extend(timeouts.totalMs);
          flow.pause();
        },
        resume() {
          if (over) return;
          silence.extend(timeouts.idleMs);
          flow.resume();
        },
        stop() {
          if (over) return;
          finish();
          end();
        },
      };
      feed = made;
      return made.body;
    }

    function send(ready: UpstreamCall): void {
      // Whoever asked may have left while it was signed.
      if (over) return;
      try {
        const { traceHeaders } = options;
        const traced = traceHeaders ? { ...ready, headers: { ...ready.headers, ...traceHeaders } } : ready;
        end = options.transport.dispatch(traced, timeouts.connectMs, receiver);
      } catch (error) {
        finish(broken('the call could not be made', error));
      }
    }

    if (!provider.sign) send(prepared);
    else provider.sign(prepared).then(send, (error) => finish(broken('the call could not be signed', error)));
  });
}

function timeout(reason: string, cause?: unknown): TollgateError {
  return new TollgateError('upstream_timeout', { values: { reason }, ...(cause ? { cause } : {}) });
}
