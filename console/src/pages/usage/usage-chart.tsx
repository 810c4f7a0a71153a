// The chart of a metric: what it is split by in colours, the period before as a line, a bar that leads to its hours or requests.
import type { Usage } from '../../api/contract.ts';
import { BucketChart } from '../../ui/bucket-chart/bucket-chart.tsx';
import type { BucketWords } from '../../ui/bucket-chart/bucket-words.ts';
import { ChartLegend } from '../../ui/chart/chart-legend.tsx';
import { seriesOf, wholeOf } from './chart-series.ts';
import type { Metric } from './metrics.ts';
import { splitLabels } from './names.ts';
import type { UsageState } from './usage-state.ts';

export interface UsageChartProps {
  readonly usage: Usage;
  readonly state: UsageState;
  readonly metric: Metric;
  readonly words: BucketWords;
  readonly onPick: ((start: string, end: string) => void) | undefined;
  readonly pickWords: string | undefined;
}

export function UsageChart({ usage, state, metric, words, onPick, pickWords }: UsageChartProps) {
  const { buckets } = usage;
  const series = seriesOf(usage, state, metric);
  const whole = wholeOf(usage, state.bucket, metric);
  const before = usage.previous ? wholeOf(usage.previous, state.bucket, metric) : undefined;
  const at = (index: number) => buckets[index];
  const split = state.split === 'none' ? '' : `, by ${splitLabels[state.split].toLowerCase()}`;
  return (
    <>
      <BucketChart
        label={`${metric.unit} per ${state.bucket}${split}`}
        kind={metric.adds ? 'bars' : 'lines'}
        buckets={buckets}
        series={series}
        {...(metric.adds ? { totalWords: whole.words } : {})}
        {...(before
          ? {
              compare: {
                label: metric.adds ? 'Period before' : 'p95 before',
                values: buckets.map((_, index) => before.values[index] ?? null),
                words: (index: number) => (index < before.values.length ? before.words(index) : 'shorter'),
              },
            }
          : {})}
        bucketWords={(index) => words.full(at(index) ?? noBucket)}
        tickWords={(index) => words.tick(at(index) ?? noBucket)}
        axisWords={metric.axis}
        whole={metric.name !== 'cost'}
        onPick={onPick ? (index) => onPick(at(index)?.start ?? '', at(index)?.end ?? '') : undefined}
        pickWords={pickWords}
      />
      <ChartLegend entries={series.map(({ label, color }) => ({ label, color }))} />
    </>
  );
}

const noBucket = { start: new Date(0).toISOString(), end: new Date(0).toISOString(), complete: true };
