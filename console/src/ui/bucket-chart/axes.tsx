// The marks of a chart: amounts at the left with a line each, moments below.
import type { BucketChartProps } from './bucket-chart.tsx';
import { type Frame, labelStep } from './scale.ts';

const labelRoom = 68;

export function Axes({ buckets, axisWords, tickWords, frame }: BucketChartProps & { readonly frame: Frame }) {
  const { left, marks, y, x, band, plotWidth, plotHeight, top } = frame;
  const step = labelStep(band, labelRoom);
  // A label is never cut off at the right edge.
  const labelled = [...buckets.keys()].filter(
    (index) => index % step === 0 && (index + 0.5) * band + labelRoom / 2 - 8 < plotWidth + 12,
  );
  return (
    <g fontSize={11} fill="var(--faint)" className="tabular-nums">
      {marks.map((mark) => (
        <g key={mark}>
          <line
            x1={left}
            x2={left + plotWidth}
            y1={Math.round(y(mark)) + 0.5}
            y2={Math.round(y(mark)) + 0.5}
            stroke={mark === 0 ? 'var(--line-strong)' : 'var(--line)'}
          />
          <text x={left - 8} y={y(mark) + 4} textAnchor="end">
            {axisWords(mark)}
          </text>
        </g>
      ))}
      {(labelled.length > 0 ? labelled : buckets.length > 0 ? [0] : []).map((index) => (
        <text key={index} x={x(index) + band / 2} y={top + plotHeight + 17} textAnchor="middle">
          {tickWords(index)}
        </text>
      ))}
    </g>
  );
}
