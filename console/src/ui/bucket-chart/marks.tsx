// The bars or lines of a chart: one path a series, however many buckets. What is not complete yet is pale.
import { chartColor } from '../chart/chart-colors.ts';
import type { BucketChartProps, BucketSeries } from './bucket-chart.tsx';
import { bottoms, type Frame } from './scale.ts';

interface MarksProps extends BucketChartProps {
  readonly frame: Frame;
  /** The bucket that is looked at. */
  readonly at: number | undefined;
}

export function Marks(props: MarksProps) {
  const { kind, series, compare, frame, at } = props;
  const below = bottoms(series);
  return (
    <g>
      {at === undefined ? null : (
        <rect
          x={frame.x(at)}
          y={frame.top}
          width={Math.max(1, frame.band)}
          height={frame.plotHeight}
          fill="var(--sunken)"
        />
      )}
      {series.map((one, index) =>
        kind === 'bars' ? (
          <Bars key={one.id} {...props} one={one} below={below[index] ?? []} />
        ) : (
          <Line key={one.id} one={one} frame={frame} />
        ),
      )}
      {compare ? <Compared values={compare.values} frame={frame} steps={kind === 'bars'} /> : null}
      {at === undefined || kind === 'bars'
        ? null
        : series.map((one) => {
            const value = one.values[at];
            if (value === null || value === undefined) return null;
            return (
              <circle
                key={one.id}
                cx={frame.x(at) + frame.band / 2}
                cy={frame.y(value)}
                r={3.5}
                fill={chartColor(one.color)}
                stroke="var(--surface)"
                strokeWidth={1.5}
              />
            );
          })}
    </g>
  );
}

function Bars({
  one,
  below,
  frame,
  buckets,
}: MarksProps & { readonly one: BucketSeries; readonly below: readonly number[] }) {
  const width = frame.band < 4 ? Math.max(0.6, frame.band - 0.4) : Math.min(44, frame.band * 0.74);
  const inset = (frame.band - width) / 2;
  const path = (complete: boolean) =>
    one.values
      .map((value, index) => {
        if (!value || (buckets[index]?.complete ?? true) !== complete) return '';
        const base = below[index] ?? 0;
        const [low, high] = [frame.y(base), frame.y(base + value)];
        // Something is never shown as nothing.
        const tall = Math.max(low - high, 0.75);
        return `M${(frame.x(index) + inset).toFixed(2)} ${low.toFixed(2)}v${(-tall).toFixed(2)}h${width.toFixed(2)}v${tall.toFixed(2)}z`;
      })
      .join('');
  const fill = chartColor(one.color);
  return (
    <>
      <path d={path(true)} fill={fill} />
      <path d={path(false)} fill={fill} opacity={0.5} />
    </>
  );
}

function Line({ one, frame }: { readonly one: BucketSeries; readonly frame: Frame }) {
  const { path, alone } = linePath(one.values, frame);
  const color = chartColor(one.color);
  return (
    <>
      <path d={path} fill="none" stroke={color} strokeWidth={1.75} strokeLinejoin="round" />
      {alone.map((index) => (
        <circle
          key={index}
          cx={frame.x(index) + frame.band / 2}
          cy={frame.y(one.values[index] ?? 0)}
          r={2}
          fill={color}
        />
      ))}
    </>
  );
}

/** A value between two gaps is a point, which no line would show. */
function linePath(values: readonly (number | null)[], frame: Frame) {
  let path = '';
  const alone: number[] = [];
  const known = (index: number) => values[index] !== null && values[index] !== undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (!known(index - 1) && !known(index + 1)) alone.push(index);
    const at = `${(frame.x(index) + frame.band / 2).toFixed(2)} ${frame.y(value).toFixed(2)}`;
    path += `${known(index - 1) ? 'L' : 'M'}${at}`;
  }
  return { path, alone };
}

function Compared({
  values,
  frame,
  steps,
}: {
  readonly values: readonly (number | null)[];
  readonly frame: Frame;
  readonly steps: boolean;
}) {
  const path = steps
    ? values
        .map((value, index) => {
          const y = frame.y(value ?? 0).toFixed(2);
          return `${index === 0 ? 'M' : 'L'}${frame.x(index).toFixed(2)} ${y}h${frame.band.toFixed(2)}`;
        })
        .join('')
    : linePath(values, frame).path;
  return (
    <path d={path} fill="none" stroke="var(--muted)" strokeWidth={1.25} strokeDasharray="4 3" opacity={0.9} />
  );
}
