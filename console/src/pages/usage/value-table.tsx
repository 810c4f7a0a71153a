// The values that the chart is split by, as a table whose last row is the whole: sums, shares, and what they were before.
import { useState } from 'react';
import type { Usage, UsageRow } from '../../api/contract.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { Delta } from '../../ui/delta.tsx';
import { formatCount, formatShare, plural } from '../../ui/format/quantity.ts';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Duration, Money, None, Tokens } from '../../ui/values.tsx';
import type { Metric } from './metrics.ts';
import { nameOf, splitLabels, splitValue } from './names.ts';
import { type Line, sortLines } from './sort-lines.ts';
import type { UsageState } from './usage-state.ts';
import { ValueName } from './value-name.tsx';

export interface ValueTableProps {
  readonly usage: Usage | undefined;
  readonly state: UsageState;
  readonly metric: Metric;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
  readonly stale: boolean;
}

const shownAtFirst = 25;

export function ValueTable(props: ValueTableProps) {
  const { usage, state, stale } = props;
  const [all, setAll] = useState(false);
  const lines = usage ? linesOf(usage, state, props) : undefined;
  const shown = all ? lines : lines?.slice(0, shownAtFirst);
  const total: Line[] =
    usage && lines && lines.length > 0
      ? [{ id: '(total)', name: 'Total', row: usage.total, before: usage.previous?.total, isTotal: true }]
      : [];
  return (
    <>
      <DataTable
        label={`Usage by ${splitLabels[state.split].toLowerCase()}`}
        columns={columnsOf(props)}
        rows={shown && [...shown, ...total]}
        rowKey={(line) => line.id}
        stale={stale}
        expected={5}
        rowClass={(line) => (line.isTotal ? 'bg-sunken/50 font-medium' : undefined)}
      />
      {lines && lines.length > shownAtFirst ? (
        <p className="mt-2 flex items-center gap-3 text-muted text-sm">
          {all ? plural(lines.length, 'row') : `${shownAtFirst} of ${formatCount(lines.length)} rows`}
          <Button size="sm" variant="ghost" onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : 'Show all'}
          </Button>
        </p>
      ) : null}
    </>
  );
}

function linesOf(usage: Usage, { split }: UsageState, { metric, sort }: ValueTableProps): Line[] {
  const before = new Map(
    usage.previous?.series.filter((row) => !row.other).map((row) => [splitValue(row, split) ?? '', row]) ??
      [],
  );
  const lines = usage.series.map((row): Line => {
    const value = splitValue(row, split);
    return {
      id: row.other ? '(other)' : `=${value}`,
      name: nameOf(row, split, usage.names),
      row,
      value,
      before: before.get(value ?? ''),
    };
  });
  return sortLines(lines, sort, metric);
}

function columnsOf({ usage, state, metric, sort, onSort }: ValueTableProps): Column<Line>[] {
  const whole = usage ? metric.amount(usage.total) : null;
  const isErrors = state.split === 'error';
  const sortable = (id: string) =>
    ({
      direction: sort === id || (sort === undefined && id === metric.name) ? 'descending' : 'none',
      onSort: () => onSort(id),
    }) as const;
  const number = (
    id: string,
    header: string,
    cell: (row: UsageRow) => React.ReactNode,
    className?: string,
  ): Column<Line> => ({
    id,
    header,
    align: 'right',
    sort: sortable(id),
    cell: ({ row }) => cell(row),
    ...(className ? { className } : {}),
  });
  return [
    {
      id: 'name',
      header: splitLabels[state.split],
      className: 'max-w-64 min-w-40',
      cell: (line) => (line.isTotal ? 'Total' : <ValueName line={line} state={state} />),
    },
    ...(metric.adds
      ? [
          {
            id: 'share',
            header: `Share of ${metric.label.toLowerCase()}`,
            className: 'w-40 min-w-32 max-md:hidden',
            cell: ({ row, isTotal }: Line) =>
              isTotal ? null : <Share part={metric.amount(row) ?? 0n} whole={whole ?? 0n} />,
          },
        ]
      : []),
    ...(usage?.previous
      ? [
          {
            id: 'delta',
            header: 'Change',
            align: 'right' as const,
            cell: ({ row, before, isTotal }: Line) => {
              if (row.other) return <None label="not compared" />;
              const empty = metric.adds ? 0n : null;
              const was = before ? metric.amount(before) : isTotal ? null : empty;
              return (
                <Delta
                  now={metric.amount(row)}
                  before={was}
                  words={metric.words}
                  moreIsWorse={metric.moreIsWorse}
                />
              );
            },
          },
        ]
      : []),
    ...(isErrors
      ? [number('errors', 'Errors', (row) => formatCount(row.errors))]
      : [
          number('cost', 'Cost', (row) => <Money nano={row.cost_nanousd} />),
          number('requests', 'Requests', (row) => formatCount(row.requests)),
          number('errors', 'Errors', (row) => <Errors row={row} />),
          number('input', 'Input', (row) => <Tokens count={row.input_tokens} />, 'max-lg:hidden'),
          number('output', 'Output', (row) => <Tokens count={row.output_tokens} />, 'max-lg:hidden'),
        ]),
    ...latencies(metric).map(({ id, header, of }) => number(id, header, (row) => <Duration ms={of(row)} />)),
  ];
}

function latencies({ name }: Metric) {
  if (name !== 'duration' && name !== 'first_token') return [];
  const of = (row: UsageRow) => (name === 'duration' ? row.duration_ms : row.first_token_ms);
  return (['p50', 'p95', 'p99'] as const).map((p) => ({
    id: p,
    header: p,
    of: (row: UsageRow) => of(row)[p],
  }));
}

function Errors({ row }: { readonly row: UsageRow }) {
  if (row.errors === 0) return <span className="text-faint">0</span>;
  // No share: errors are also of requests that reached no model, and those are not counted beside them.
  return <span className="text-bad-text">{formatCount(row.errors)}</span>;
}

function Share({ part, whole }: { readonly part: bigint; readonly whole: bigint }) {
  const share = whole > 0n ? Number((part * 1_000_000n) / whole) / 1_000_000 : 0;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="h-1.5 w-20 overflow-hidden rounded-full bg-sunken">
        <span
          className={cx('block h-full rounded-full bg-accent', part > 0n && 'min-w-0.5')}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      <span className="text-muted text-xs tabular-nums">{formatShare(share)}</span>
    </span>
  );
}
