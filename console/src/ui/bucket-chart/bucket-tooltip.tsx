// All values of the bucket that is looked at.
import { chartColor } from '../chart/chart-colors.ts';
import type { BucketChartProps } from './bucket-chart.tsx';
import type { Frame } from './scale.ts';

export function BucketTooltip(
  props: BucketChartProps & { readonly frame: Frame; readonly index: number; readonly width: number },
) {
  const { frame, index, width, series, compare, totalWords, bucketWords, buckets, pickWords } = props;
  const middle = frame.x(index) + frame.band / 2;
  const isRight = middle > width / 2;
  const rows = series
    .filter(({ values }) => values[index] !== null && (values[index] !== 0 || series.length < 4))
    // As they stand: the uppermost first.
    .toReversed();
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-2 z-20 max-w-[min(20rem,70%)] rounded-md border border-line bg-raised px-2.5 py-2 text-xs shadow-pop"
      style={isRight ? { right: width - middle + frame.band / 2 + 8 } : { left: middle + frame.band / 2 + 8 }}
    >
      <p className="mb-1 text-muted">
        {bucketWords(index)}
        {buckets[index]?.complete ? null : <span className="text-warn-text"> · not complete</span>}
      </p>
      <table className="w-full">
        <tbody>
          {rows.map((one) => (
            <tr key={one.id}>
              <td className="w-3.5 pr-1.5">
                <span className="block size-2 rounded-sm" style={{ background: chartColor(one.color) }} />
              </td>
              <td className="max-w-36 truncate pr-3">{one.label}</td>
              <td className="whitespace-nowrap text-right tabular-nums">{one.words(index)}</td>
            </tr>
          ))}
          {rows.length === 0 ? (
            <tr>
              <td colSpan={3} className="text-faint">
                Nothing
              </td>
            </tr>
          ) : null}
          {totalWords && rows.length > 1 ? (
            <tr className="border-line border-t font-medium">
              <td />
              <td className="pr-3">Total</td>
              <td className="whitespace-nowrap text-right tabular-nums">{totalWords(index)}</td>
            </tr>
          ) : null}
          {compare ? (
            <tr className="text-muted">
              <td className="pr-1.5">
                <span className="block w-2 border-muted border-t border-dashed" />
              </td>
              <td className="pr-3">{compare.label}</td>
              <td className="whitespace-nowrap text-right tabular-nums">{compare.words(index)}</td>
            </tr>
          ) : null}
        </tbody>
      </table>
      {pickWords ? <p className="mt-1 text-faint">{pickWords}</p> : null}
    </div>
  );
}
