// The models or keys that are used most, each with its share.
import { Link } from '@tanstack/react-router';
import type { Usage, UsageRow } from '../../api/contract.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { formatCount, formatShare } from '../../ui/format/quantity.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Money } from '../../ui/values.tsx';

export interface TopListProps {
  readonly title: string;
  /** Of when and by what: `this month, by cost` */
  readonly range: string;
  readonly usage: Usage | undefined;
  readonly dimension: 'model' | 'key';
  /** Of the usage page that shows all of them. */
  readonly search: Readonly<Record<string, string>>;
}

const shown = 5;

export function TopList({ title, range, usage, dimension, search }: TopListProps) {
  const rows = usage?.series.filter((row) => !row.other).slice(0, shown);
  const byCost = dimension === 'key';
  return (
    <Card
      title={title}
      description={range}
      flush
      actions={
        <ButtonLink to="/usage" search={search as never} size="sm">
          Show all
        </ButtonLink>
      }
    >
      <ol className="min-h-50 py-1">
        {rows
          ? rows.map((row) => (
              <li key={row.group[dimension]} className="flex h-10 items-center gap-3 px-4 text-sm">
                <Link
                  to="/usage"
                  search={{ ...search, [dimension]: row.group[dimension], by: undefined } as never}
                  dir="auto"
                  className="min-w-0 flex-1 truncate rounded hover:text-accent-text hover:underline"
                >
                  {dimension === 'key'
                    ? (usage?.names.key[row.group.key ?? ''] ?? row.group.key)
                    : row.group.model}
                </Link>
                <Share row={row} total={usage?.total} byCost={byCost} />
                <span className="w-18 shrink-0 text-right tabular-nums">
                  {byCost ? <Money nano={row.cost_nanousd} /> : formatCount(row.requests)}
                </span>
              </li>
            ))
          : Array.from({ length: shown }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: places for rows that are not there yet
              <li key={index} className="flex h-10 items-center px-4">
                <Skeleton className="h-3.5 w-2/3" />
              </li>
            ))}
        {rows?.length === 0 ? <li className="px-4 py-3 text-muted text-sm">Nothing was used.</li> : null}
      </ol>
    </Card>
  );
}

function Share({
  row,
  total,
  byCost,
}: {
  readonly row: UsageRow;
  readonly total: UsageRow | undefined;
  readonly byCost: boolean;
}) {
  const of = (each: UsageRow | undefined) =>
    byCost ? Number(each?.cost_nanousd ?? 0) : (each?.requests ?? 0);
  const share = of(total) > 0 ? of(row) / of(total) : 0;
  return (
    <span className="flex shrink-0 items-center gap-2 max-sm:hidden">
      <span aria-hidden="true" className="h-1.5 w-20 overflow-hidden rounded-full bg-sunken">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="w-11 text-right text-muted text-xs tabular-nums">{formatShare(share)}</span>
    </span>
  );
}
