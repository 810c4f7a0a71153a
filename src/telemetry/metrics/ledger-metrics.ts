// The ledger's transactions -> numbers.
import type { LedgerObserver, LedgerQueue } from '../../core/store.ts';
import { metrics } from './catalogue.ts';
import { createCounter, createHistogram, gauge, type MetricFamily } from './instruments.ts';

export interface LedgerMetrics extends LedgerObserver {
  families(): MetricFamily[];
}

export function createLedgerMetrics(): LedgerMetrics {
  const items = createHistogram(metrics.batchItems);
  const commit = createHistogram(metrics.commit);
  const failures = createCounter(metrics.failedBatches);
  let queue: () => LedgerQueue = () => ({ holds: 0, settles: 0, checkpoints: 0 });
  return {
    watch(asked) {
      queue = asked;
    },
    committed(batch) {
      items.observe(batch.items);
      commit.observe(batch.durationMs / 1000);
      if (batch.failed) failures.add(1);
    },
    families() {
      const { holds, settles, checkpoints } = queue();
      return [
        items.family(),
        commit.family(),
        failures.family(),
        gauge(metrics.ledgerQueue, [
          { labels: ['hold'], value: holds },
          { labels: ['settle'], value: settles },
          { labels: ['checkpoint'], value: checkpoints },
        ]),
      ];
    },
  };
}
