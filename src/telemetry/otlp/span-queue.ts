// Spans that are over, until they are sent together: every few seconds, or when there are many. The queue is bounded; what does
// not fit is lost and counted.
import type { Span } from './messages.ts';

export interface SpanQueueParts {
  readonly send: (spans: readonly Span[]) => Promise<unknown>;
  readonly delayMs: number;
  /** How many wait at the most, and how many are sent together. */
  readonly most: number;
  readonly batch: number;
  /** One more did not fit. */
  readonly onDropped: () => void;
}

export interface SpanQueue extends AsyncDisposable {
  push(span: Span): void;
}

export function createSpanQueue({ send, delayMs, most, batch, onDropped }: SpanQueueParts): SpanQueue {
  let waiting: Span[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<unknown> | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (sending) return;
    const spans = waiting.slice(0, batch);
    if (spans.length === 0) return;
    waiting = waiting.slice(batch);
    sending = send(spans);
    await sending;
    sending = undefined;
    schedule();
  }

  function schedule(): void {
    if (sending || waiting.length === 0) return;
    if (waiting.length >= batch) void flush();
    else if (!timer) {
      timer = setTimeout(flush, delayMs);
      timer.unref();
    }
  }

  return {
    push(span) {
      if (waiting.length >= most) {
        onDropped();
        return;
      }
      waiting.push(span);
      schedule();
    },
    async [Symbol.asyncDispose]() {
      await sending;
      while (waiting.length > 0) {
        await flush();
        await sending;
      }
      clearTimeout(timer);
    },
  };
}
