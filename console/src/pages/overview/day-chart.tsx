// Requests of the last 24 hours, those that ended with an error apart, beside the day before.
import { useNavigate } from '@tanstack/react-router';
import type { Usage } from '../../api/contract.ts';
import { BucketChart, type BucketSeries } from '../../ui/bucket-chart/bucket-chart.tsx';
import { bucketWords } from '../../ui/bucket-chart/bucket-words.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ChartLegend } from '../../ui/chart/chart-legend.tsx';
import { formatCount, formatCountShort } from '../../ui/format/quantity.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { byBucket } from './by-bucket.ts';

const height = 190;

export function DayChart({ day }: { readonly day: Usage | undefined }) {
  return (
    <Card
      title="Requests"
      description="Last 24 hours, by model"
      actions={
        <ButtonLink
          to="/usage"
          search={{ range: '24h', metric: 'requests', compare: 'previous' } as never}
          size="sm"
        >
          Open usage
        </ButtonLink>
      }
    >
      {day ? (
        <Drawn day={day} />
      ) : (
        <>
          <Skeleton className="h-47.5" />
          <div className="mt-2 h-4" />
        </>
      )}
    </Card>
  );
}

function Drawn({ day }: { readonly day: Usage }) {
  const navigate = useNavigate();
  const words = bucketWords('hour', day.time_zone, true);
  const bucket = (index: number) => day.buckets[index] ?? day.buckets[0];
  const series = seriesOf(day);
  const total = byBucket(day, 'hour', (row) => row.requests);
  const before = day.previous ? byBucket(day.previous, 'hour', (row) => row.requests) : [];
  return (
    <>
      <BucketChart
        label="Requests per hour, by model"
        kind="bars"
        height={height}
        whole
        buckets={day.buckets}
        series={series}
        totalWords={(index) => formatCount(total[index] ?? 0)}
        compare={{
          label: 'A day before',
          values: before,
          words: (index) => formatCount(before[index] ?? 0),
        }}
        bucketWords={(index) => words.full(bucket(index) ?? never)}
        tickWords={(index) => words.tick(bucket(index) ?? never)}
        axisWords={formatCountShort}
        onPick={() => void navigate({ to: '/requests', search: { range: '24h' } as never })}
        pickWords="Show the requests of these 24 hours"
      />
      <ChartLegend entries={series.map(({ label, color }) => ({ label, color }))} />
    </>
  );
}

function seriesOf(day: Usage): BucketSeries[] {
  const ranked = day.series.filter((row) => !row.other).slice(0, 5);
  const all = [
    ...ranked.map((row, color) => ({
      id: row.group.model ?? '',
      label: row.group.model ?? '',
      color,
      other: false,
    })),
    ...(day.data.some((row) => row.other)
      ? [{ id: '(other)', label: 'All other models', color: 7, other: true }]
      : []),
  ];
  return all.map(({ id, label, color, other }) => {
    const values = byBucket(day, 'hour', (row) =>
      (other ? row.other === true : row.group.model === id) ? row.requests : 0,
    );
    return { id, label, color, values, words: (index) => formatCount(values[index] ?? 0) };
  });
}

const never = { start: new Date(0).toISOString(), end: new Date(0).toISOString(), complete: true };
