// How an amount differs from that of the period before: in percent, with the difference itself as tooltip.
import { cx } from '../../ui/class-names.ts';
import type { Metric } from './metrics.ts';

export interface DeltaProps {
  readonly now: bigint | null;
  readonly before: bigint | null;
  readonly metric: Pick<Metric, 'words' | 'isBad' | 'name'>;
  /** The difference beside the percents, not only as tooltip. */
  readonly inFull?: boolean;
}

export function Delta({ now, before, metric, inFull = false }: DeltaProps) {
  if (now === null || before === null) return <span className="text-faint">not measured before</span>;
  const change = now - before;
  const size = change < 0n ? -change : change;
  const sign = change > 0n ? '+' : change < 0n ? '−' : '±';
  const absolute = `${sign}${metric.words(size)}`;
  const words = before === 0n ? (now === 0n ? '±0%' : 'new') : `${sign}${percent(size, before)}`;
  // More requests are neither good nor bad; more errors and slower answers are.
  const isJudged = metric.name === 'errors' || metric.name === 'duration' || metric.name === 'first_token';
  const tone = !isJudged || change === 0n ? 'text-muted' : change > 0n ? 'text-bad-text' : 'text-good-text';
  return (
    <span
      className={cx('whitespace-nowrap tabular-nums', tone)}
      title={`${absolute} than ${metric.words(before)} in the period before`}
    >
      {inFull && before !== 0n ? `${words} (${absolute})` : words}
    </span>
  );
}

/** Of bigints, so that no amount is too large for it. */
function percent(size: bigint, of: bigint): string {
  const perMille = (size * 10_000n + of / 2n) / of;
  const value = Number(perMille) / 100;
  if (size > 0n && value < 0.1) return '< 0.1%';
  if (value >= 1000) return '> 999%';
  return `${value.toFixed(value < 10 ? 1 : 0).replace(/\.0$/, '')}%`;
}
