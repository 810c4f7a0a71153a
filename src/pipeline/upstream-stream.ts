// The events of an upstream's stream, read as they come and handed to whoever relays them. What comes before somebody
// is there is kept; what comes behind the end is nobody's business.
import { TollgateError } from '../core/errors.ts';
import type { StreamReader, StreamReading } from '../core/ports.ts';
import type { StreamFraming } from '../core/stream-framing.ts';
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

/** An upstream stream whose first chunk is there. Nothing is lost between that and `attach`. */
export interface UpstreamStream {
  readonly reader: StreamReader;
  attach(consumer: StreamConsumer): void;
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
  const decoder = framing.createDecoder(maxEventBytes);
  let consumer: StreamConsumer | undefined;
  let waiting: StreamReading[] = [];
  let begun = false;
  let closed: { readonly error: unknown } | undefined;

  /** Reads events up to the end or the first that is broken; what came before that was true, so it is passed on. */
  function take(cut: () => Iterable<Buffer>): boolean {
    const readings: StreamReading[] = [];
    let failure: TollgateError | undefined;
    let done = false;
    let surplus = false;
    try {
      for (const event of cut()) {
        const reading = reader.read(event);
        if (reading.chunk) readings.push(reading);
        done = reading.done;
        surplus = reading.cut === true;
        if (done) break;
      }
    } catch (error) {
      failure = asTollgateError(error);
    }
    pass(readings);
    if (closed) return true;
    if (failure) events.onBroken(failure);
    else if (done) conclude(surplus);
    return done || failure !== undefined;
  }

  function pass(readings: StreamReading[]): void {
    if (readings.length === 0) return;
    if (consumer) consumer.onReadings(readings);
    else waiting.push(...readings);
    if (begun) return;
    begun = true;
    events.onBegun();
  }

  function conclude(cut = false): void {
    if (reader.complete()) events.onComplete(cut);
    else events.onBroken(broken('its stream ended before the answer did'));
  }

  return {
    body: {
      onData(chunk) {
        if (!closed) take(() => decoder.push(chunk));
      },
      onEnd() {
        if (!closed && !take(() => decoder.end())) conclude();
      },
      whole: () => reader.complete(),
    },
    attach(attached) {
      consumer = attached;
      const readings = waiting;
      waiting = [];
      if (readings.length > 0) attached.onReadings(readings);
      if (!closed) return;
      if (closed.error === undefined) attached.onEnd();
      else attached.onError(closed.error);
    },
    close(error) {
      if (closed) return;
      closed = { error };
      if (error === undefined) consumer?.onEnd();
      else consumer?.onError(error);
    },
  };
}

function asTollgateError(error: unknown): TollgateError {
  if (error instanceof TollgateError) return error;
  return error instanceof RangeError
    ? broken('an event of its stream is too long', error)
    : broken('its stream makes no sense', error);
}
