// The events of an upstream's stream, read as they come and handed to whoever relays them. What comes before somebody
// is there is kept; what comes behind the end is nobody's business.
import { TollgateError } from '../core/errors.ts';
import type { RepeatReader, StreamReader, StreamReading } from '../core/ports.ts';
import type { StreamDecoder, StreamFraming } from '../core/stream-framing.ts';
import { createEventStreamDecoder } from '../wire/sse/decode.ts';
import { type BodyReader, broken } from './body-readers.ts';

/** Longest event of a stream. */
const maxEventBytes = 16 * 1024 * 1024;

/** How most upstreams frame their streams. */
export const serverSentEvents: StreamFraming = {
  contentType: /^text\/event-stream\b/i,
  createDecoder: createEventStreamDecoder,
};

/** Gets the readings of a stream in order. `onEnd` or `onError` comes last, once. */
export interface StreamConsumer {
  onReadings(readings: readonly StreamReading[]): void;
  /** Every choice has its finish reason, or the stream was stopped. */
  onEnd(): void;
  /** A TollgateError, or ClientGone. */
  onError(error: unknown): void;
}

/** Not of the end of a client. */
export type LossListener = (error: TollgateError, waiting: boolean) => void;

/** An upstream stream whose first chunk is there. Nothing is lost between that and `attach`. */
export interface UpstreamStream {
  readonly reader: StreamReader;
  attach(consumer: StreamConsumer): void;
  /** `listener` hears, before the consumer, what the stream was lost to, and whether it was made to wait just then. Once. */
  watch(listener: LossListener): void;
  pause(): void;
  resume(): void;
  /** No more of it is wanted: its call ends at once, and the consumer gets `onEnd`. */
  stop(): void;
}

export interface StreamEvents {
  /** The first chunk for the client is there: the upstream answers. */
  onBegun(): void;
  /** All there is was said; the connection may still be open. `cut`: the upstream has more, which nobody wants. */
  onComplete(cut: boolean): void;
  onBroken(error: TollgateError): void;
}

export interface StreamFeed {
  readonly body: BodyReader;
  attach(consumer: StreamConsumer): void;
  /** Ends the stream for the consumer, with an error unless it is complete. */
  close(error?: unknown): void;
}

export function createStreamFeed(
  reader: StreamReader,
  framing: StreamFraming,
  events: StreamEvents,
): StreamFeed {
  return new Feed(reader, framing.createDecoder(maxEventBytes), events);
}

/** One object instead of closures: there is one for each open stream. */
class Feed implements StreamFeed, BodyReader {
  readonly #reader: StreamReader;
  #repeats: RepeatReader | undefined;
  readonly #decoder: StreamDecoder;
  readonly #events: StreamEvents;
  #consumer: StreamConsumer | undefined;
  #waiting: StreamReading[] | undefined;
  #begun = false;
  #closed: { readonly error: unknown } | undefined;

  constructor(reader: StreamReader, decoder: StreamDecoder, events: StreamEvents) {
    this.#reader = reader;
    this.#decoder = decoder;
    this.#events = events;
  }

  get body(): BodyReader {
    return this;
  }

  onData(chunk: Buffer): void {
    if (!this.#closed && !this.#takeAgain(chunk)) this.#take(chunk);
  }

  onEnd(): void {
    if (!this.#closed && !this.#take(undefined)) this.#conclude(false);
  }

  whole(): boolean {
    return this.#reader.complete();
  }

  attach(attached: StreamConsumer): void {
    this.#consumer = attached;
    const readings = this.#waiting;
    this.#waiting = undefined;
    if (readings) attached.onReadings(readings);
    if (!this.#closed) return;
    if (this.#closed.error === undefined) attached.onEnd();
    else attached.onError(this.#closed.error);
  }

  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = { error };
    if (error === undefined) this.#consumer?.onEnd();
    else this.#consumer?.onError(error);
  }

  /** The usual case at less cost: one event, like the one before but for its text. */
  #takeAgain(bytes: Buffer): boolean {
    const consumer = this.#consumer;
    if (!consumer) return false;
    const start = this.#decoder.startOfLone?.(bytes) ?? -1;
    if (start < 0) return false;
    this.#repeats ??= this.#reader.repeats;
    const reading = this.#repeats?.readAgain(bytes, start, bytes.length - 2);
    if (!reading) return false;
    consumer.onReadings([reading]);
    return true;
  }

  /**
   * Reads events up to the end or the first that is broken; what came before that was true, so it is passed on. `undefined`: there
   * are no more bytes.
   */
  #take(bytes: Buffer | undefined): boolean {
    const readings: StreamReading[] = [];
    let failure: TollgateError | undefined;
    let done = false;
    let surplus = false;
    try {
      for (const event of bytes === undefined ? this.#decoder.end() : this.#decoder.push(bytes)) {
        const reading = this.#reader.read(event);
        if (reading.chunk) readings.push(reading);
        done = reading.done;
        surplus = reading.cut === true;
        if (done) break;
      }
    } catch (error) {
      failure = asTollgateError(error);
    }
    this.#pass(readings);
    if (this.#closed) return true;
    if (failure) this.#events.onBroken(failure);
    else if (done) this.#conclude(surplus);
    return done || failure !== undefined;
  }

  #pass(readings: StreamReading[]): void {
    if (readings.length === 0) return;
    if (this.#consumer) this.#consumer.onReadings(readings);
    else if (this.#waiting) this.#waiting.push(...readings);
    else this.#waiting = readings;
    if (this.#begun) return;
    this.#begun = true;
    this.#events.onBegun();
  }

  #conclude(cut: boolean): void {
    if (this.#reader.complete()) this.#events.onComplete(cut);
    else this.#events.onBroken(broken('its stream ended before the answer did'));
  }
}

function asTollgateError(error: unknown): TollgateError {
  if (error instanceof TollgateError) return error;
  return error instanceof RangeError
    ? broken('an event of its stream is too long', error)
    : broken('its stream makes no sense', error);
}
