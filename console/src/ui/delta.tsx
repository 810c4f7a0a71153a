// How an amount differs from that of the period before: in percent, with the difference itself as tooltip or beside it.
import { cx } from './class-names.ts';

export interface DeltaProps {
  readonly now: bigint | null;
  readonly before: bigint | null;
  readonly words: (amount: bigint) => string;
  /** More is worse, as with errors and waiting: it is coloured. Other amounts are neither good nor bad. */
  readonly moreIsWorse?: boolean;
  readonly inFull?: boolean;
}

export function Delta({ now, before, words, moreIsWorse = false, inFull = false }: DeltaProps) {
  if (now === null || before === null) return <span className="text-faint">not measured before</span>;
  const change = now - before;
  const size = change < 0n ? -change : change;
  const sign = change > 0n ? '+' : change < 0n ? '−' : '±';
  const absolute = `${sign}${words(size)}`;
  const relative = before === 0n ? (now === 0n ? '±0%' : 'new') : `${sign}${percent(size, before)}`;
  const tone =
    !moreIsWorse || change === 0n ? 'text-muted' : change > 0n ? 'text-bad-text' : 'text-good-text';
  return (
    <span
      className={cx('whitespace-nowrap tabular-nums', tone)}
      title={`${absolute}; ${words(before)} in the period before`}
    >
      {inFull && before !== 0n ? `${relative} (${absolute})` : relative}
    </span>
  );
}

/** Of bigints, so that no amount is too large for it. */
function percent(size: bigint, of: bigint): string {
  const value = Number((size * 10_000n + of / 2n) / of) / 100;
  if (size > 0n && value < 0.1) return '< 0.1%';
  if (value >= 1000) return '> 999%';
  return `${value.toFixed(value < 10 ? 1 : 0).replace(/\.0$/, '')}%`;
}
