// One call under way: its deadlines, its abort, what has come of the answer, and how it ends. Stands between the transport and
// whoever relays the answer, and knows neither the client nor other targets.
import { TollgateError } from '../core/errors.ts';
import type {
  AnswerHeaders,
  StreamReader,
  UpstreamCall,
  UpstreamFailure,
  UpstreamFlow,
  UpstreamReceiver,
  WholeAnswer,
} from '../core/ports.ts';
import { type BodyReader, broken, readRefusal, WholeBody, type WholeBodyEvents } from './body-readers.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { notStreamed, packedReason } from './unreadable-answer.ts';
import type { AnswerHead, UpstreamAnswer, UpstreamCallOptions } from './upstream-answer.ts';
import {
  createStreamFeed,
  type LossListener,
  type StreamConsumer,
  type StreamEvents,
  type StreamFeed,
  serverSentEvents,
  type UpstreamStream,
} from './upstream-stream.ts';

/** How long an upstream that has said everything may take to end its answer, so that its connection is used again. */
const lingerMs = 1000;

/** One object instead of closures: there is one for each open stream. What of it is whose, the interfaces say. */
export class UpstreamExchange
  implements UpstreamReceiver, WholeBodyEvents, StreamEvents, UpstreamStream, EventListenerObject
{
  readonly #options: UpstreamCallOptions;
  readonly #total: Deadline;
  readonly #silence: Deadline;
  /** Until it is decided whether the upstream answers. */
  #resolve: ((answer: UpstreamAnswer) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #body: BodyReader | undefined;
  /** Of a whole answer, from its head on. */
  #whole: AnswerHead | undefined;
  #begun = false;
  #over = false;
  /** It is no whole answer, though it may have come to its end. */
  #unsound = false;
  /** Whether the wait is for the first token or for the next piece. */
  #answering = false;
  #lingering: NodeJS.Timeout | undefined;
  #end: (() => void) | undefined;
  /** The client reads too slowly. */
  #waiting = false;
  #lost: TollgateError | undefined;
  #onLost: LossListener | undefined;
  /** Of a stream, from its head on. */
  #streaming:
    | {
        readonly feed: StreamFeed;
        readonly reader: StreamReader;
        readonly flow: UpstreamFlow;
        readonly head: AnswerHead;
      }
    | undefined;

  constructor(
    options: UpstreamCallOptions,
    resolve: (answer: UpstreamAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    const { timeouts, signal } = options;
    this.#total = startDeadline(timeouts.totalMs, () =>
      this.#lose(timeout('the whole answer took too long')),
    );
    this.#silence = startDeadline(timeouts.firstTokenMs, () =>
      this.#lose(timeout(this.#answering ? 'it fell silent' : 'no first token')),
    );
    signal.addEventListener('abort', this, { once: true });
  }

  send(ready: UpstreamCall): void {
    // Whoever asked may have left while it was signed.
    if (this.#over) return;
    try {
      const { traceHeaders, transport, timeouts } = this.#options;
      const traced = traceHeaders ? { ...ready, headers: { ...ready.headers, ...traceHeaders } } : ready;
      this.#end = transport.dispatch(traced, timeouts.connectMs, this);
    } catch (error) {
      this.#finish(broken('the call could not be made', error));
    }
  }

  sendSigned(signed: Promise<UpstreamCall>): void {
    signed.then(
      (ready) => this.send(ready),
      (error) => this.#finish(broken('the call could not be signed', error)),
    );
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.#finish(this.#options.signal.reason);
  }

  // What comes of the upstream.

  onHeaders(status: number, headers: AnswerHeaders, flow: UpstreamFlow): void {
    const options = this.#options;
    options.onStatus?.(status);
    if (status >= 300) {
      this.#body = this.#readRefusal({ status, headers });
      this.#awake();
      return;
    }
    options.onReached();
    const packed = packedReason(headers);
    if (packed !== undefined) {
      this.#finish(broken(packed));
    } else if (options.call.streaming) this.#body = this.#readStream({ status, headers }, flow);
    else {
      this.#whole = { status, headers };
      this.#body = new WholeBody(this);
      this.#awake();
    }
  }

  onData(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#answering) this.#silence.extend(this.#options.timeouts.idleMs);
    this.#body?.onData(chunk);
  }

  onEnd(): boolean {
    clearTimeout(this.#lingering);
    if (!this.#over) this.#body?.onEnd();
    return !this.#unsound;
  }

  onError(lost: UpstreamFailure): void {
    clearTimeout(this.#lingering);
    if (lost.sent) this.#options.onReached();
    if (this.#over) return;
    this.#lose(lost.timedOut ? timeout(lost.reason, lost.cause) : broken(lost.reason, lost.cause));
  }

  // What its stream comes to.

  onBegun(): void {
    this.#begun = true;
    this.#awake();
    if (this.#streaming) this.#answer({ kind: 'stream', ...this.#streaming.head, stream: this });
  }

  onComplete(cut: boolean): void {
    this.#finish();
    if (cut) {
      this.#end?.();
      return;
    }
    // Whatever an upstream sends behind its end is read and dropped; its connection then serves the next call.
    this.#streaming?.flow.resume();
    this.#lingering = setTimeout(() => this.#end?.(), lingerMs);
    this.#lingering.unref();
  }

  onBroken(error: TollgateError): void {
    this.#unsound = true;
    this.#finish(error);
  }

  // What whoever relays the stream does with it. A client that reads slowly is no silence of the upstream.

  get reader(): StreamReader {
    return (this.#streaming as { readonly reader: StreamReader }).reader;
  }

  attach(consumer: StreamConsumer): void {
    this.#streaming?.feed.attach(consumer);
  }

  watch(listener: LossListener): void {
    if (this.#lost) listener(this.#lost, this.#waiting);
    else this.#onLost = listener;
  }

  pause(): void {
    if (this.#over) return;
    this.#waiting = true;
    this.#silence.extend(this.#options.timeouts.totalMs);
    this.#streaming?.flow.pause();
  }

  resume(): void {
    if (this.#over) return;
    this.#waiting = false;
    this.#silence.extend(this.#options.timeouts.idleMs);
    this.#streaming?.flow.resume();
  }

  stop(): void {
    if (this.#over) return;
    this.#finish();
    this.#end?.();
  }

  /** The end of the call, once: an error, or nothing more is wanted. */
  #finish(error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#total.stop();
    this.#silence.stop();
    this.#options.signal.removeEventListener('abort', this);
    if (error !== undefined) this.#end?.();
    if (this.#begun && error instanceof TollgateError) {
      this.#lost = error;
      this.#onLost?.(error, this.#waiting);
    }
    if (this.#begun) this.#streaming?.feed.close(error);
    else if (error !== undefined) this.#reject?.(error);
  }

  #answer(answer: UpstreamAnswer): void {
    this.#resolve?.(answer);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  /** The answer broke off or fell silent. If it was a refusal, that is still what it was; of one that is whole nothing is lost. */
  #lose(error: TollgateError): void {
    if (this.#body?.whole?.()) this.#body.onEnd();
    else this.#finish(this.#body?.verdict?.() ?? error);
  }

  #awake(): void {
    this.#answering = true;
    this.#silence.extend(this.#options.timeouts.idleMs);
  }

  #readRefusal({ status, headers }: AnswerHead): BodyReader {
    const { provider } = this.#options;
    return readRefusal(
      (said) => provider.mapError(status, headers, said),
      (error) => this.#finish(error),
    );
  }

  onTooLong(error: TollgateError): void {
    this.#finish(error);
  }

  onWhole(bytes: Buffer): void {
    const { provider, call } = this.#options;
    let whole: WholeAnswer;
    try {
      whole = provider.readWhole(call, bytes);
    } catch (error) {
      this.#unsound = true;
      this.#finish(error instanceof TollgateError ? error : broken('its answer makes no sense', error));
      return;
    }
    this.#begun = true;
    this.#finish();
    const { status, headers } = this.#whole as AnswerHead;
    this.#answer({ kind: 'whole', status, headers, whole });
  }

  #readStream(head: AnswerHead, flow: UpstreamFlow): BodyReader {
    const { provider, call } = this.#options;
    const { framing = serverSentEvents } = provider;
    if (!framing.contentType.test(String(head.headers['content-type']))) {
      return readRefusal(
        (said) => notStreamed(this.#options, head.headers, said),
        (error) => this.#finish(error),
      );
    }
    const reader = provider.createStreamReader(call);
    const feed = createStreamFeed(reader, framing, this);
    this.#streaming = { feed, reader, flow, head };
    return feed.body;
  }
}

function timeout(reason: string, cause?: unknown): TollgateError {
  return new TollgateError('upstream_timeout', { values: { reason }, ...(cause ? { cause } : {}) });
}
