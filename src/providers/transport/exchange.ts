// One request and its answer, between the receiver and the connection that serves it: what comes while the receiver has paused is
// kept, and after the end nobody hears anything. Knows no bytes of the wire.
import type { UpstreamCall, UpstreamFlow, UpstreamReceiver } from '../../core/ports.ts';
import type { AnswerHead } from './answer-head.ts';
import { failureOf } from './failure.ts';

export interface OutgoingRequest {
  /** With the empty line behind it, latin1. */
  readonly head: string;
  readonly body: UpstreamCall['body'];
}

/** What serves an exchange. */
export interface Carrier {
  pause(): void;
  resume(): void;
  /** At once; it says nothing more. */
  destroy(): void;
}

/** One object instead of closures: there is one for each open stream. */
export class Exchange implements UpstreamFlow {
  readonly #receiver: UpstreamReceiver;
  /** Let go with the sending. */
  #request: OutgoingRequest | undefined;
  #connection: Carrier | undefined;
  #sent = false;
  #ended = false;
  #paused = false;
  /** What came while the receiver had paused. */
  #held: Buffer[] | undefined;
  #heldEnd = false;
  /** It is being handed over: who resumes meanwhile gets the rest behind it. */
  #handing = false;

  constructor(receiver: UpstreamReceiver, request?: OutgoingRequest) {
    this.#receiver = receiver;
    this.#request = request;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** From the pool: who will serve it. */
  serveOver(connection: Carrier): void {
    this.#connection = connection;
  }

  /** From its connection, right before the request is sent. */
  takeRequest(): OutgoingRequest {
    const request = this.#request;
    if (!request) throw new Error('a request is sent once');
    this.#request = undefined;
    this.#sent = true;
    return request;
  }

  pause(): void {
    if (this.#ended || this.#paused) return;
    this.#paused = true;
    this.#connection?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#handing) return;
    try {
      this.#handHeld();
    } catch (error) {
      this.#breakOff(error as Error);
    }
    if (!this.#paused) this.#connection?.resume();
  }

  abort(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    if (this.#ended) return;
    this.#conclude();
    const cause = new Error('ended by the gateway');
    this.#receiver.onError({ reason: 'ended by the gateway', sent: this.#sent, cause });
  }

  /**
   * What one read of its connection came to. With an end or a failure the connection is not its own any more. `false`: its receiver
   * does not take that for the end, so there may be more to come.
   */
  take(
    head: AnswerHead | undefined,
    body: Buffer | undefined,
    done: boolean,
    failure: Error | undefined,
  ): boolean {
    if (done || failure) this.#connection = undefined;
    try {
      if (head && !this.#ended) this.#receiver.onHeaders(head.status, head.headers, this);
      if (body && !this.#ended) this.#hand(body);
      if (failure) this.fail(failure);
      else if (done && !this.#ended) return this.#end();
    } catch (error) {
      this.#breakOff(error as Error);
    }
    return true;
  }

  fail(error: Error): void {
    this.#connection = undefined;
    if (this.#ended) return;
    this.#conclude();
    this.#receiver.onError(failureOf(error, this.#sent));
  }

  #hand(body: Buffer): void {
    if (!this.#paused && !this.#held) this.#receiver.onData(body);
    else if (this.#held) this.#held.push(body);
    else this.#held = [body];
  }

  #end(): boolean {
    if (this.#paused || this.#held) {
      this.#heldEnd = true;
      return true;
    }
    this.#conclude();
    return this.#receiver.onEnd();
  }

  #handHeld(): void {
    this.#handing = true;
    try {
      while (this.#held && !this.#paused) {
        const next = this.#held.shift();
        if (this.#held.length === 0) this.#held = undefined;
        if (next) this.#receiver.onData(next);
      }
    } finally {
      this.#handing = false;
    }
    if (this.#heldEnd && !this.#paused && !this.#ended) this.#end();
  }

  /** Nobody hears anything from here on, and nothing is kept. */
  #conclude(): void {
    this.#ended = true;
    this.#request = undefined;
    this.#held = undefined;
    this.#heldEnd = false;
  }

  /** The receiver threw. It is told as of a connection that broke, also where it threw at the end. */
  #breakOff(error: Error): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#conclude();
    this.#receiver.onError(failureOf(error, this.#sent));
  }
}
