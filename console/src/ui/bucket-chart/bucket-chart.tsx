// Sums of hours, days, weeks or months: stacked bars, or lines for what does not add up, with the period before as a broken
// line. Read by pointer or by arrow keys; a bar may lead on. Drawn as SVG, so that colours follow the theme by themselves.
import { useId, useRef, useState } from 'react';
import { cx } from '../class-names.ts';
import { Axes } from './axes.tsx';
import { BucketTooltip } from './bucket-tooltip.tsx';
import { Marks } from './marks.tsx';
import { frameOf } from './scale.ts';
import { useWidth } from './use-width.ts';

export interface BucketSeries {
  readonly id: string;
  readonly label: string;
  /** 0 to 7. */
  readonly color: number;
  /** One a bucket; `null` where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** The value in full, for the tooltip and screen readers. */
  readonly words: (index: number) => string;
}

export interface BucketChartProps {
  /** `Cost per day, by model` */
  readonly label: string;
  readonly kind: 'bars' | 'lines';
  readonly buckets: readonly { readonly complete: boolean }[];
  readonly series: readonly BucketSeries[];
  /** What all series come to, where they add up. */
  readonly totalWords?: (index: number) => string;
  readonly compare?: Omit<BucketSeries, 'id' | 'color'> | undefined;
  /** `Sun 22 Nov 2026` */
  readonly bucketWords: (index: number) => string;
  /** `22 Nov` */
  readonly tickWords: (index: number) => string;
  readonly axisWords: (value: number) => string;
  /** Values are counted, so half of one is no mark on the axis. */
  readonly whole?: boolean;
  readonly height?: number;
  readonly onPick?: ((index: number) => void) | undefined;
  /** What picking does: `Show this day by hour`. */
  readonly pickWords?: string | undefined;
}

export function BucketChart(props: BucketChartProps) {
  const { label, buckets, height = 260, onPick, pickWords } = props;
  const [box, width] = useWidth();
  const [at, setAt] = useState<number>();
  const slider = useRef<HTMLDivElement>(null);
  const hint = useId();
  const last = buckets.length - 1;
  const frame = frameOf(props, width, height);
  const index = at === undefined || at > last ? undefined : at;

  const indexAt = (clientX: number) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    return Math.min(last, Math.max(0, Math.floor((clientX - left - frame.left) / frame.band)));
  };
  const move = (to: number) => setAt(Math.min(last, Math.max(0, to)));
  const onKey = (key: string): boolean => {
    const from = index ?? last;
    const steps: Record<string, number> = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      Home: 0,
      End: last,
      PageUp: from - 10,
      PageDown: from + 10,
    };
    const to = steps[key];
    if (to !== undefined) move(to);
    else if (key === 'Enter' && index !== undefined && onPick) onPick(index);
    else if (key === 'Escape') setAt(undefined);
    else return false;
    return true;
  };
  const shown = index ?? last;
  return (
    <figure className="relative m-0" ref={box} style={{ height }}>
      {width > 0 ? (
        <svg width={width} height={height} aria-hidden="true" className="block select-none">
          <Axes {...props} frame={frame} />
          <Marks {...props} frame={frame} at={index} />
        </svg>
      ) : null}
      <div
        ref={slider}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, buckets.length)}
        aria-valuenow={shown + 1}
        aria-valuetext={valueText(props, shown)}
        {...(pickWords ? { 'aria-describedby': hint } : {})}
        className={cx('absolute inset-0 rounded', onPick && index !== undefined && 'cursor-pointer')}
        onPointerMove={(event) => setAt(indexAt(event.clientX))}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
        onKeyDown={(event) => {
          if (onKey(event.key)) event.preventDefault();
        }}
        onClick={(event) => {
          // A touch shows the values first; a second one on the same bar goes on.
          const picked = indexAt(event.clientX);
          if (picked === index || index === undefined) onPick?.(picked);
          setAt(picked);
        }}
      />
      {pickWords ? (
        <span id={hint} className="sr-only">
          Enter: {pickWords}
        </span>
      ) : null}
      {index === undefined ? null : <BucketTooltip {...props} frame={frame} index={index} width={width} />}
    </figure>
  );
}

function valueText({ bucketWords, series, totalWords, compare, buckets }: BucketChartProps, index: number) {
  if (buckets.length === 0) return 'No values';
  const parts = series
    .filter(({ values }) => (values[index] ?? 0) !== 0)
    .map((one) => `${one.label} ${one.words(index)}`);
  return [
    `${bucketWords(index)}${buckets[index]?.complete ? '' : ', not complete'}:`,
    totalWords ? `${totalWords(index)}.` : '',
    parts.length > 0 ? parts.join(', ') : 'nothing',
    compare ? `; ${compare.label} ${compare.words(index)}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
