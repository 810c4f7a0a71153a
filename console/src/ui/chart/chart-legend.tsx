// Which colour is which series.
import type { ReactNode } from 'react';
import { chartColor } from './chart-colors.ts';

export interface LegendEntry {
  readonly label: string;
  readonly color: number;
  /** The sum of it. */
  readonly value?: ReactNode;
}

export function ChartLegend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
      {entries.map((entry) => (
        <li key={entry.label} className="flex min-w-0 items-center gap-1.5">
          <span
            aria-hidden="true"
            className="size-2 shrink-0 rounded-sm"
            style={{ background: chartColor(entry.color) }}
          />
          <span dir="auto" className="max-w-48 truncate">
            {entry.label}
          </span>
          {entry.value === undefined ? null : <span className="text-ink tabular-nums">{entry.value}</span>}
        </li>
      ))}
    </ul>
  );
}
