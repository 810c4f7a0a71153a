// Where things stand in a chart: its frame, round marks for its axis, and what is stacked on what. Pure.
import type { BucketChartProps } from './bucket-chart.tsx';

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  /** Width that one bucket has. */
  readonly band: number;
  readonly marks: readonly number[];
  readonly y: (value: number) => number;
  /** The left edge of a bucket. */
  readonly x: (index: number) => number;
}

const right = 4;
const top = 10;
const bottom = 24;

export function frameOf(props: BucketChartProps, width: number, height: number): Frame {
  const { buckets, axisWords, whole = false } = props;
  const marks = marksUpTo(highest(props), whole);
  const left = 12 + Math.ceil(6.4 * Math.max(...marks.map((mark) => axisWords(mark).length)));
  const plotWidth = Math.max(0, width - left - right);
  const plotHeight = height - top - bottom;
  const band = buckets.length > 0 ? plotWidth / buckets.length : plotWidth;
  const highestMark = marks.at(-1) ?? 1;
  return {
    left,
    top,
    bottom,
    plotWidth,
    plotHeight,
    band,
    marks,
    y: (value) => top + plotHeight - (value / highestMark) * plotHeight,
    x: (index) => left + index * band,
  };
}

/** The sum of all series at each bucket, in their order: `bottomOf[series][bucket]`. */
export function bottoms(series: readonly { readonly values: readonly (number | null)[] }[]): number[][] {
  const sums: number[][] = [];
  for (const [index, { values }] of series.entries()) {
    const below = series[index - 1]?.values;
    sums.push(values.map((_, bucket) => (sums[index - 1]?.[bucket] ?? 0) + (below?.[bucket] ?? 0)));
  }
  return sums;
}

function highest({ kind, series, compare, buckets }: BucketChartProps): number {
  let most = 0;
  for (const index of buckets.keys()) {
    const values = series.map(({ values: all }) => all[index] ?? 0);
    const here = kind === 'bars' ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
    most = Math.max(most, here, compare?.values[index] ?? 0);
  }
  return most;
}

/** From 0 to the first round mark at or above `high`, three to five steps of 1, 2, 2.5 or 5. */
export function marksUpTo(high: number, whole: boolean): number[] {
  if (high <= 0) return [0, 1];
  const rough = high / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const factors = whole && size < 10 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
  const factor = factors.find((each) => each * size >= rough * 0.999) ?? 10;
  const step = whole ? Math.max(1, Math.round(factor * size)) : factor * size;
  const count = Math.ceil(high / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Every how many buckets a label has room. */
export function labelStep(band: number, room: number): number {
  for (const step of [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 48, 60, 96, 120, 168, 336, 720]) {
    if (band * step >= room) return step;
  }
  return 1440;
}
