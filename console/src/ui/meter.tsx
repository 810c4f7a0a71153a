// An amount against its limit as a bar: what is used, what is held on top of it, and words that say the same.
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

export interface MeterProps {
  /** What it measures, for screen readers: `Spend this month`. */
  readonly label: string;
  readonly used: number;
  /** Reserved by requests under way. */
  readonly held?: number;
  readonly limit: number;
  /** `$12.40 of $50.00` */
  readonly words: string;
  /** Under the bar; `words` if absent; `null` for nothing. */
  readonly caption?: ReactNode;
  readonly className?: string;
}

export function Meter({ label, used, held = 0, limit, words, caption, className }: MeterProps) {
  const share = (part: number) =>
    limit > 0 ? Math.min(100, Math.max(0, (part / limit) * 100)) : part > 0 ? 100 : 0;
  const usedShare = share(used);
  const heldShare = Math.min(100 - usedShare, share(held));
  const full = usedShare + heldShare;
  const tone = full >= 100 ? 'bg-bad' : full >= 80 ? 'bg-warn' : 'bg-accent';
  // Something is never shown as nothing.
  const width = used > 0 ? Math.max(usedShare, 1.5) : 0;
  return (
    <div className={cx('min-w-28', className)}>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> cannot show what is held beside what is used */}
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(full)}
        aria-valuetext={words}
        title={words}
        className="flex h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <span className={tone} style={{ width: `${width}%` }} />
        <span className={cx(tone, 'opacity-40')} style={{ width: `${heldShare}%` }} />
      </div>
      {caption === null ? null : (
        <div className="mt-1 truncate text-muted text-xs tabular-nums">{caption ?? words}</div>
      )}
    </div>
  );
}
