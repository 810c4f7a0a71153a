// The values at the moment the pointer is at.
import { formatAbsolute } from '../format/time.ts';
import type { ChartProps, Cursor } from './chart.tsx';
import { chartColor } from './chart-colors.ts';

export function ChartTooltip({
  times,
  series,
  stacked,
  format,
  cursor,
}: ChartProps & { readonly cursor: Cursor }) {
  const time = times[cursor.index];
  if (time === undefined) return null;
  const rows = series
    .map(({ label, values, color }, index) => ({ label, value: values[cursor.index], color: color ?? index }))
    .filter(({ value }) => value !== null && value !== undefined && (value !== 0 || series.length < 4));
  const total =
    stacked && series.length > 1 ? rows.reduce((sum, { value }) => sum + (value ?? 0), 0) : undefined;
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-1 z-20 max-w-72 rounded-md border border-line bg-raised px-2.5 py-2 text-xs shadow-pop"
      style={{
        left: cursor.left,
        transform: `translateX(${cursor.left > 260 ? 'calc(-100% - 12px)' : '12px'})`,
      }}
    >
      <p className="mb-1 whitespace-nowrap text-muted">{formatAbsolute(time * 1000)}</p>
      <table>
        <tbody>
          {rows.slice(0, 9).map((row) => (
            <tr key={row.label}>
              <td className="pr-1.5">
                <span className="block size-2 rounded-sm" style={{ background: chartColor(row.color) }} />
              </td>
              <td dir="auto" className="max-w-40 truncate pr-3">
                {row.label}
              </td>
              <td className="whitespace-nowrap text-right tabular-nums">{format(row.value ?? 0)}</td>
            </tr>
          ))}
          {total === undefined ? null : (
            <tr className="border-line border-t font-medium">
              <td />
              <td className="pr-3">Total</td>
              <td className="whitespace-nowrap text-right tabular-nums">{format(total)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
