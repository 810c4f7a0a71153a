// What a key cost on each of the last 30 days, and in all.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { KeyDetail, Usage } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { formatUsd } from '../../ui/format/money.ts';
import { formatCount, plural } from '../../ui/format/quantity.ts';
import { formatDate } from '../../ui/format/time.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Money } from '../../ui/values.tsx';
import { DayBars } from './day-bars.tsx';

export function KeyUsage({ subject }: { readonly subject: KeyDetail }) {
  const usage = useQuery(
    resource<Usage>('/usage', { key: subject.id, range: '30d', group_by: 'day', percentiles: false }),
  );
  const total = usage.data?.total;
  const byDay = new Map(usage.data?.data.map((row) => [row.group.day, row]));
  return (
    <Card
      title="Last 30 days"
      actions={
        <ButtonLink size="sm" variant="ghost" to="/usage" search={{ key: subject.id } as never}>
          Usage in detail
        </ButtonLink>
      }
    >
      <dl className="mb-4 grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Tile name="Cost" value={total ? <Money usd={total.cost_usd} /> : null} />
        <Tile name="Requests" value={total ? formatCount(total.requests) : null} />
        <Tile name="Tokens" value={total ? formatCount(total.input_tokens + total.output_tokens) : null} />
        <Tile name="Errors" value={total ? formatCount(total.errors) : null} />
      </dl>
      {usage.isError ? (
        <ErrorNote error={usage.error} />
      ) : usage.data === undefined ? (
        <Skeleton className="h-20" />
      ) : total?.requests === 0 && total.errors === 0 ? (
        <p className="flex h-20 items-center justify-center rounded-md bg-sunken text-muted text-sm">
          No requests in the last 30 days.
        </p>
      ) : (
        <DayBars
          label={`Cost a day: ${formatUsd(total?.cost_usd ?? '0')} in ${plural(total?.requests ?? 0, 'request')}`}
          days={usage.data.buckets.map(({ start }) => {
            const row = byDay.get(start);
            const cost = row?.cost_usd ?? '0';
            return {
              id: start,
              value: Number(cost),
              words: `${formatDate(Date.parse(start))}: ${formatUsd(cost)}, ${plural(row?.requests ?? 0, 'request')}`,
            };
          })}
        />
      )}
    </Card>
  );
}

function Tile({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="mt-0.5 min-h-6 font-semibold text-lg tabular-nums">
        {value ?? <Skeleton className="mt-1 h-4 w-16" />}
      </dd>
    </div>
  );
}
