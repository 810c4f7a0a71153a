// Four numbers with what they were before: spend of the month, and requests, errors and first token of the last 24 hours.
import type { ReactNode } from 'react';
import type { Limit, Usage, UsageRow } from '../../api/contract.ts';
import { Delta } from '../../ui/delta.tsx';
import { formatNano, formatUsd } from '../../ui/format/money.ts';
import { formatCount, formatDuration, formatShare } from '../../ui/format/quantity.ts';
import { Meter } from '../../ui/meter.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { byBucket } from './by-bucket.ts';

export interface TilesProps {
  readonly day: Usage | undefined;
  readonly month: Usage | undefined;
  readonly limits: readonly Limit[] | undefined;
}

export function Tiles({ day, month, limits }: TilesProps) {
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      <SpendTile month={month} limits={limits} />
      <Tile
        label="Requests"
        span="24 h"
        value={day && formatCount(endedOf(day))}
        delta={
          day && (
            <Delta
              now={BigInt(endedOf(day))}
              before={day.previous ? BigInt(endedOf(day.previous)) : null}
              words={formatCount}
            />
          )
        }
      >
        {day ? (
          <Sparkline
            label="Requests of each of the last 24 hours that reached a model"
            values={byBucket(day, 'hour', (row) => row.requests)}
          />
        ) : null}
      </Tile>
      <Tile
        label="Error rate"
        span="24 h"
        value={day && formatShare(rate(day))}
        delta={day && <RateDelta now={rate(day)} before={day.previous ? rate(day.previous) : 0} />}
      >
        {day ? <p className="text-muted text-xs">{outcomeWords(day)}</p> : null}
      </Tile>
      <Tile
        label="First token"
        span="24 h, p50"
        value={day && latencyWords(day.total.first_token_ms.p50)}
        delta={
          day && (
            <Of
              now={day}
              amount={({ first_token_ms: { p50 } }) => (p50 === null ? null : BigInt(p50))}
              words={(ms) => formatDuration(Number(ms))}
              moreIsWorse
            />
          )
        }
      >
        {day ? (
          <p className="text-muted text-xs">{`p95 ${latencyWords(day.total.first_token_ms.p95)}`}</p>
        ) : null}
      </Tile>
    </div>
  );
}

function SpendTile({ month, limits }: Omit<TilesProps, 'day'>) {
  const limit = limits?.find(
    ({ metric, window, scope }) =>
      metric === 'cost' &&
      window === 'month' &&
      Object.keys(scope).join() === 'organization' &&
      scope.organization !== '*',
  );
  return (
    <Tile
      label="Spend"
      span="this month"
      value={month && formatNano(BigInt(month.total.cost_nanousd))}
      delta={month && <Of now={month} amount={(row) => BigInt(row.cost_nanousd)} words={formatNano} />}
    >
      {limit ? (
        <Meter
          label="Spend this month against the limit of the organization"
          used={Number(limit.settled ?? 0)}
          held={Number(limit.held ?? 0)}
          limit={Number(limit.amount)}
          words={`${formatUsd(String(limit.settled ?? 0))} of ${formatUsd(String(limit.amount))} a month`}
          caption={`of ${formatUsd(String(limit.amount))} a month`}
        />
      ) : month ? (
        <Sparkline
          label="Cost of each day of this month"
          values={byBucket(month, 'day', (row) => Number(row.cost_nanousd))}
        />
      ) : null}
    </Tile>
  );
}

function Tile({
  label,
  span,
  value,
  delta,
  children,
}: {
  readonly label: string;
  readonly span: string;
  readonly value: string | undefined;
  readonly delta: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section
      aria-label={`${label}, ${span}`}
      className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3"
    >
      <h2 className="flex flex-wrap items-baseline gap-x-1.5 font-medium text-sm">
        {label} <span className="font-normal text-faint text-xs">{span}</span>
      </h2>
      <div className="mt-1 flex min-h-8 flex-wrap items-baseline gap-x-2">
        {value === undefined ? (
          <Skeleton className="h-7 w-24" />
        ) : (
          <>
            <span className="font-semibold text-2xl tabular-nums tracking-tight">{value}</span>
            <span className="text-xs">{delta}</span>
          </>
        )}
      </div>
      <div className="mt-1 flex h-9 items-end">{children}</div>
    </section>
  );
}

function Of({
  now,
  amount,
  words,
  moreIsWorse,
}: {
  readonly now: Usage;
  readonly amount: (row: UsageRow) => bigint | null;
  readonly words: (amount: bigint) => string;
  readonly moreIsWorse?: boolean;
}) {
  return (
    <Delta
      now={amount(now.total)}
      before={now.previous ? amount(now.previous.total) : null}
      words={words}
      {...(moreIsWorse ? { moreIsWorse } : {})}
    />
  );
}

/** Rates differ by points, not by percent of percents. */
function RateDelta({ now, before }: { readonly now: number; readonly before: number }) {
  const points = (now - before) * 100;
  if (Math.abs(points) < 0.05) return <span className="text-muted">±0 points</span>;
  return (
    <span
      className={points > 0 ? 'whitespace-nowrap text-bad-text' : 'whitespace-nowrap text-good-text'}
      title={`${formatShare(before)} in the 24 hours before`}
    >
      {`${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} points`}
    </span>
  );
}

type Outcomes = Pick<Usage, 'outcomes' | 'total'>;

function endedOf({ outcomes, total }: Outcomes): number {
  return outcomes?.ended ?? total.requests;
}

/** Of all that are over. A client that left is no fault. */
function rate({ outcomes }: Outcomes): number {
  return outcomes && outcomes.ended > 0 ? outcomes.failed / outcomes.ended : 0;
}

function outcomeWords({ outcomes }: Outcomes): string {
  const { failed, aborted } = outcomes ?? { failed: 0, aborted: 0 };
  const left = aborted > 0 ? ` · ${formatCount(aborted)} left by the client` : '';
  return `${formatCount(failed)} failed${left}`;
}

function latencyWords(ms: number | null): string {
  return ms === null ? 'Not measured' : formatDuration(ms);
}
