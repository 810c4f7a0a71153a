// An answer that has begun, watched for whoever learns from its end: the target, and the key it was called with.
import { TollgateError } from '../core/errors.ts';
import type { StreamReading } from '../core/ports.ts';
import type { Lesson, Visit } from '../routing/health.ts';
import type { Answered } from './try-keys.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import type { StreamConsumer, UpstreamStream } from './upstream-stream.ts';

export interface Recorded {
  readonly answer: UpstreamAnswer;
  /** Notes what its stream was lost to. */
  readonly broke: (error: TollgateError) => void;
}

/**
 * The answer; if it is a stream that breaks off, its target and the key it was called with learn from that. Not from the end
 * of a client, nor from a time that was up while the client did not read.
 */
export function watched(reached: Answered<Recorded>, visit: Visit): UpstreamAnswer {
  const { answer } = reached.answer;
  if (answer.kind !== 'stream') return answer;
  return { ...answer, stream: new WatchedStream(answer.stream, reached, visit) };
}

class WatchedStream implements UpstreamStream, StreamConsumer {
  readonly reader: UpstreamStream['reader'];
  readonly #stream: UpstreamStream;
  readonly #reached: Answered<Recorded>;
  readonly #visit: Visit;
  #consumer: StreamConsumer | undefined;
  #waiting = false;

  constructor(stream: UpstreamStream, reached: Answered<Recorded>, visit: Visit) {
    this.reader = stream.reader;
    this.#stream = stream;
    this.#reached = reached;
    this.#visit = visit;
  }

  attach(consumer: StreamConsumer): void {
    this.#consumer = consumer;
    this.#stream.attach(this);
  }

  onReadings(readings: readonly StreamReading[]): void {
    this.#consumer?.onReadings(readings);
  }

  onEnd(): void {
    this.#consumer?.onEnd();
  }

  onError(error: unknown): void {
    if (error instanceof TollgateError && error.code !== 'shutting_down') {
      this.#reached.answer.broke(error);
      if (!this.#waiting) {
        this.#reached.credential?.failed(error);
        this.#visit.broke(lesson(error));
      }
    }
    this.#consumer?.onError(error);
  }

  pause(): void {
    this.#waiting = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#waiting = false;
    this.#stream.resume();
  }

  stop(): void {
    this.#stream.stop();
  }
}

/** A target that asks for time is busy, not broken; one that refuses the request is in good health. */
export function lesson(error: TollgateError): Lesson {
  const busy = error.code === 'upstream_rate_limited' || error.code === 'upstream_overloaded';
  const { code, message, retryAfterMs } = error;
  return { counts: error.entry.retryable && !busy, retryAfterMs, why: { code, message } };
}
