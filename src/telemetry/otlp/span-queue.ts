// Spans that are over, until they are sent together: every few seconds, or when there are many. The queue is bounded; what does
// not fit is lost and counted.
import type { Span } from './messages.ts';

const mostWaiting = 2_048;
const batchSize = 512;

export interface SpanQueue extends AsyncDisposable {
  push(span: Span): void;
  /** Spans that did not fit, ever. */
  dropped(): number;
}

export function createSpanQueue(
  send: (spans: readonly Span[]) => Promise<unknown>,
  delayMs: number,
): SpanQueue {
  let waiting: Span[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<unknown> | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (sending) return;
    const batch = waiting.slice(0, batchSize);
    if (batch.length === 0) return;
    waiting = waiting.slice(batchSize);
    sending = send(batch);
    await sending;
    sending = undefined;
    schedule();
  }

  function schedule(): void {
    if (sending || waiting.length === 0) return;
    if (waiting.length >= batchSize) void flush();
    else if (!timer) {
      timer = setTimeout(flush, delayMs);
      timer.unref();
    }
  }

  return {
    push(span) {
      if (waiting.length >= mostWaiting) {
        dropped++;
        return;
      }
      waiting.push(span);
      schedule();
    },
    dropped: () => dropped,
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
