// Values over time: lines, areas or bars, several at once, stacked if they are parts of one whole. The library that draws
// comes with the first chart. A press and drag over the chart picks a range.
import { useEffect, useRef, useState } from 'react';
import { cx } from '../class-names.ts';
import { Skeleton } from '../skeleton.tsx';
import { useThemeName } from './chart-colors.ts';
import { ChartTooltip } from './chart-tooltip.tsx';
import type { Drawing } from './draw.ts';
import type { Values } from './stack.ts';

export interface ChartSeries {
  readonly label: string;
  /** As many as there are times; `null` is a gap. */
  readonly values: Values;
  /** 0 to 7; its place among the series if absent. */
  readonly color?: number;
  /** Thin and broken: what is compared with. */
  readonly dashed?: boolean;
}

export interface ChartProps {
  /** What is drawn, for screen readers: `Cost per hour, the last 7 days: $12.40`. */
  readonly label: string;
  /** Unix seconds, rising. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly kind?: 'line' | 'area' | 'bars';
  readonly stacked?: boolean;
  /** Values on the axis and in the tooltip. */
  readonly format: (value: number) => string;
  /** Seconds that one value stands for: bars are as wide. */
  readonly step?: number;
  /** Pixels; reserved before anything is drawn. */
  readonly height?: number;
  /** Unix seconds. */
  readonly onRange?: (from: number, to: number) => void;
  /** Charts of one name show the same moment. */
  readonly syncKey?: string;
  readonly className?: string;
}

export interface Cursor {
  readonly index: number;
  /** Pixels from the left of the chart. */
  readonly left: number;
}

export function Chart(props: ChartProps) {
  const { label, times, series, height = 220, className } = props;
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const [cursor, setCursor] = useState<Cursor>();
  const [ready, setReady] = useState(false);
  const theme = useThemeName();

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew with other data, size or colours
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let gone = false;
    void import('./draw.ts').then(({ draw }) => {
      if (gone) return;
      drawing.current = draw(element, props, setCursor);
      setReady(true);
    });
    const resized = new ResizeObserver(() => drawing.current?.resize(element.clientWidth));
    resized.observe(element);
    return () => {
      gone = true;
      resized.disconnect();
      drawing.current?.destroy();
      drawing.current = undefined;
      setCursor(undefined);
    };
  }, [times, series, height, theme, props.kind, props.stacked, props.step]);

  return (
    <figure className={cx('relative m-0', className)}>
      <div role="img" aria-label={label} style={{ height }} className="relative">
        {ready ? null : <Skeleton className="absolute inset-0" />}
        <div ref={box} className="h-full overflow-hidden" />
      </div>
      {cursor ? <ChartTooltip {...props} cursor={cursor} /> : null}
    </figure>
  );
}
