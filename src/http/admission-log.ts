// Refused requests in the log: the first at once, then how many there were, now and then. A line for each would be load, too.
import type { Logger } from 'pino';
import type { RefusalReason } from './admission-refusal.ts';

const everyMs = 5000;

const words: Readonly<Record<RefusalReason, string>> = {
  busy: 'the event loop is busy without a pause',
  full: 'server.max_concurrent_requests are under way',
};

export interface RefusalLog extends Disposable {
  refused(reason: RefusalReason): void;
}

export function createRefusalLog(log: Logger): RefusalLog {
  const counts: Record<RefusalReason, number> = { busy: 0, full: 0 };
  let timer: NodeJS.Timeout | undefined;

  function write(): boolean {
    let any = false;
    for (const reason of ['busy', 'full'] as const) {
      if (counts[reason] === 0) continue;
      log.warn({ refused: counts[reason], error: 'overloaded' }, `requests are refused: ${words[reason]}`);
      counts[reason] = 0;
      any = true;
    }
    return any;
  }

  function tick(): void {
    timer = write() ? setTimeout(tick, everyMs).unref() : undefined;
  }

  return {
    refused(reason) {
      counts[reason]++;
      if (timer === undefined) tick();
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      timer = undefined;
      write();
    },
  };
}
