// Values as they stand in tables and sentences: money, tokens, durations, moments. Each knows its unit; what is not known
// is a dash that a screen reader hears as "none".
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { formatNano, formatUsd, nanoOf } from './format/money.ts';
import { formatCount, formatCountShort, formatDuration } from './format/quantity.ts';
import { formatAbsolute, formatClock, formatDate, formatRelative } from './format/time.ts';
import { useNow } from './now.ts';

export function None({ label = 'none' }: { readonly label?: string }) {
  return (
    <span className="text-faint">
      <span aria-hidden="true">–</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}

interface MoneyProps {
  /** USD as the API sends it. */
  readonly usd?: string | null | undefined;
  /** Or whole nano-USD. */
  readonly nano?: string | bigint | null | undefined;
  readonly className?: string;
}

/** All digits are in the tooltip. */
export function Money({ usd, nano, className }: MoneyProps) {
  const amount = nano !== undefined && nano !== null ? BigInt(nano) : usd ? nanoOf(usd) : undefined;
  if (amount === undefined) return <None />;
  return (
    <span className={cx('tabular-nums', className)} title={formatNano(amount, { exact: true })}>
      {usd && nano === undefined ? formatUsd(usd) : formatNano(amount)}
    </span>
  );
}

interface TokensProps {
  readonly count: number | null | undefined;
  /** `1.2M` instead of `1,234,567`. */
  readonly short?: boolean;
  readonly unit?: boolean;
}

export function Tokens({ count, short = false, unit = false }: TokensProps) {
  if (count === null || count === undefined) return <None label="not known" />;
  return (
    <span className="tabular-nums" title={`${formatCount(count)} tokens`}>
      {short ? formatCountShort(count) : formatCount(count)}
      {unit ? ' tokens' : ''}
    </span>
  );
}

export function Duration({ ms }: { readonly ms: number | null | undefined }) {
  if (ms === null || ms === undefined) return <None label="not known" />;
  return (
    <span className="whitespace-nowrap tabular-nums" title={`${formatCount(ms)} ms`}>
      {formatDuration(ms)}
    </span>
  );
}

type Moment = string | number | null | undefined;

interface TimeProps {
  /** ISO 8601, or Unix ms. */
  readonly at: Moment;
  /** What stands there when there is none: `never`. */
  readonly none?: ReactNode;
}

/** `5 min. ago`, with the moment itself as tooltip. */
export function TimeAgo({ at, none }: TimeProps) {
  const now = useNow();
  return <Time at={at} none={none} words={(ms) => formatRelative(ms, now)} />;
}

/** `23:15:07`, or with the day when it is not today. */
export function ClockTime({ at, none }: TimeProps) {
  const now = useNow();
  return <Time at={at} none={none} words={(ms) => formatClock(ms, now)} />;
}

/** `22 Nov 2026` */
export function DateOf({ at, none }: TimeProps) {
  return <Time at={at} none={none} words={formatDate} />;
}

/** `22 Nov 2026, 23:15:07 CET` */
export function FullTime({ at, none }: TimeProps) {
  return <Time at={at} none={none} words={formatAbsolute} />;
}

function Time({ at, none, words }: TimeProps & { readonly words: (ms: number) => string }) {
  if (at === null || at === undefined) return <>{none ?? <None label="never" />}</>;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={formatAbsolute(date.getTime())} className="whitespace-nowrap">
      {words(date.getTime())}
    </time>
  );
}
