// Draws a chart with uPlot: canvas, so that thousands of points cost nothing. Knows no React.
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import type { ChartProps, Cursor } from './chart.tsx';
import { type ChartColors, readChartColors } from './chart-colors.ts';
import { stacked } from './stack.ts';

export interface Drawing {
  resize(width: number): void;
  destroy(): void;
}

/** Below, a press is no drag. */
const leastDrag = 8;

export function draw(
  element: HTMLElement,
  props: ChartProps,
  onCursor: (cursor: Cursor | undefined) => void,
): Drawing {
  const { times, series, height = 220, onRange } = props;
  const colors = readChartColors();
  const values = props.stacked
    ? stacked(series.map((each) => each.values))
    : series.map((each) => each.values);
  // The tallest first, so that those below are drawn over it.
  const order = series.map((_, index) => index);
  if (props.stacked) order.reverse();
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: !props.stacked && props.kind !== 'bars' },
        drag: { x: onRange !== undefined, y: false, setScale: false },
        ...(props.syncKey ? { sync: { key: props.syncKey } } : {}),
      },
      scales: {
        x: { time: true, ...(props.step ? { range: wholeSteps(props.step) } : {}) },
        y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
      },
      axes: axes(colors, props),
      series: [{}, ...order.map((index) => seriesOf(props, index, colors))],
      hooks: {
        setCursor: [
          ({ cursor }) => {
            const { idx, left } = cursor;
            onCursor(
              typeof idx === 'number' && left !== undefined && left >= 0
                ? { index: idx, left: left + chart.bbox.left / devicePixelRatio }
                : undefined,
            );
          },
        ],
        setSelect: [
          ({ select, posToVal }) => {
            if (select.width < leastDrag) return;
            onRange?.(posToVal(select.left, 'x'), posToVal(select.left + select.width, 'x'));
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    [[...times], ...order.map((index) => [...(values[index] ?? [])])] as uPlot.AlignedData,
    element,
  );
  return {
    resize: (width) => chart.setSize({ width, height }),
    destroy: () => chart.destroy(),
  };
}

/** The last bar has its whole width. */
function wholeSteps(step: number): uPlot.Range.Function {
  return (_chart, from, to) => [from, to + step];
}

function seriesOf(
  { series, kind = 'line', stacked: onTop, step }: ChartProps,
  index: number,
  colors: ChartColors,
) {
  const { label, color, dashed } = series[index] ?? { label: '' };
  const paint = colors.series[(color ?? index) % 8] ?? colors.text;
  const filled = kind === 'bars' || kind === 'area';
  const one: uPlot.Series = {
    label,
    stroke: paint,
    width: kind === 'bars' ? 0 : dashed ? 1 : 1.5,
    points: { show: false },
    ...(dashed ? { dash: [4, 4] } : {}),
    ...(filled && !dashed ? { fill: onTop || kind === 'bars' ? paint : `${paint}22` } : {}),
  };
  if (kind === 'bars' && !dashed && uPlot.paths.bars) {
    one.paths = uPlot.paths.bars({ size: [0.78, 48], align: step ? 1 : 0, radius: onTop ? 0 : 0.12 });
  }
  return one;
}

function axes(colors: ChartColors, { format }: ChartProps): uPlot.Axis[] {
  const font = '11px "Inter Variable", system-ui, sans-serif';
  const shared = { stroke: colors.text, font, ticks: { show: false } };
  return [
    { ...shared, grid: { show: false }, space: 72, size: 28 },
    {
      ...shared,
      grid: { stroke: colors.line, width: 1 },
      space: 40,
      // Wide enough for its longest label.
      size: (_chart, labels) => 14 + 6.4 * Math.max(3, ...(labels ?? []).map((label) => label.length)),
      values: (_chart, ticks) => ticks.map((tick) => format(tick)),
    },
  ];
}
