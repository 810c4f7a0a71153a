// What became of contents that were to be kept -> numbers.
import type { ContentObserver } from '../../core/content.ts';
import { metrics } from './catalogue.ts';
import { createCounter, type MetricFamily } from './instruments.ts';

export interface ContentMetrics extends ContentObserver {
  families(): MetricFamily[];
}

export function createContentMetrics(): ContentMetrics {
  const kept = createCounter(metrics.contentKept);
  const dropped = createCounter(metrics.contentDropped);
  for (const reason of ['pressure', 'failed']) dropped.series(reason);
  return {
    kept: (contents) => kept.add(contents),
    dropped: (contents, reason) => dropped.add(contents, reason),
    families: () => [kept.family(), dropped.family()],
  };
}
