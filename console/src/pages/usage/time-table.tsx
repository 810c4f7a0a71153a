// The chart as a table: every hour, day, week or month with the amounts of all series. For whoever reads numbers.
import type { Usage } from '../../api/contract.ts';
import type { BucketWords } from '../../ui/bucket-chart/bucket-words.ts';
import { type Column, DataTable } from '../../ui/table.tsx';
import { seriesOf, wholeOf } from './chart-series.ts';
import type { Metric } from './metrics.ts';
import type { UsageState } from './usage-state.ts';

export interface TimeTableProps {
  readonly usage: Usage;
  readonly state: UsageState;
  readonly metric: Metric;
  readonly words: BucketWords;
}

const sizes = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' } as const;

export function TimeTable({ usage, state, metric, words }: TimeTableProps) {
  const series = seriesOf(usage, state, metric);
  const whole = wholeOf(usage, state.bucket, metric);
  const rows = usage.buckets.map((bucket, index) => ({ bucket, index })).toReversed();
  type Row = (typeof rows)[number];
  const columns: Column<Row>[] = [
    {
      id: 'time',
      header: sizes[state.bucket],
      className: 'whitespace-nowrap',
      cell: ({ bucket }) => (
        <time dateTime={bucket.start}>
          {words.full(bucket)}
          {bucket.complete ? '' : ' (not complete)'}
        </time>
      ),
    },
    ...series.map(
      ({ id, label, words: amount }): Column<Row> => ({
        id,
        header: label,
        align: 'right',
        className: 'whitespace-nowrap',
        cell: ({ index }) => amount(index),
      }),
    ),
    ...(metric.adds && series.length > 1
      ? [
          {
            id: '(total)',
            header: 'Total',
            align: 'right' as const,
            cell: ({ index }: Row) => whole.words(index),
          },
        ]
      : []),
  ];
  return (
    <DataTable
      label={`${metric.label} by ${state.bucket}`}
      columns={columns}
      rows={rows}
      rowKey={({ bucket }) => bucket.start}
    />
  );
}
