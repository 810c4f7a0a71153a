// Where a limit stands, as a bar with words; of limits that have one counter.
import type { ReactNode } from 'react';
import type { Limit } from '../../api/contract.ts';
import { formatRelative } from '../../ui/format/time.ts';
import { Meter } from '../../ui/meter.tsx';
import { useNow } from '../../ui/now.ts';
import { limitWords, shortAmount } from './limit-words.ts';

export interface LimitMeterProps {
  readonly limit: Pick<Limit, 'metric' | 'window' | 'amount' | 'settled' | 'held'>;
  readonly label: string;
  /** Behind the words: whose limit it is, where it is not the row's own. */
  readonly whose?: string | undefined;
  /** At the right end, under the bar. */
  readonly aside?: ReactNode;
  readonly className?: string;
}

export function LimitMeter({ limit, label, whose, aside, className }: LimitMeterProps) {
  const { metric, amount } = limit;
  const settled = limit.settled ?? 0;
  const held = limit.held ?? 0;
  const used = metric === 'concurrent' ? held : settled;
  const words = `${shortAmount(metric, used)} of ${limitWords(limit)}`;
  const underWay = metric !== 'concurrent' && Number(held) > 0;
  const spoken = underWay ? `${words}, ${shortAmount(metric, held)} more held by requests under way` : words;
  return (
    <Meter
      label={label}
      used={Number(used)}
      held={metric === 'concurrent' ? 0 : Number(held)}
      limit={Number(amount)}
      words={whose ? `${spoken} (${whose})` : spoken}
      caption={
        <span className="flex justify-between gap-4">
          <span className="truncate">
            {words}
            {whose ? <span className="text-faint"> · {whose}</span> : null}
          </span>
          {aside ? <span className="shrink-0 text-faint">{aside}</span> : null}
        </span>
      }
      {...(className === undefined ? {} : { className })}
    />
  );
}

/** `resets in 8 days`, or what it does instead. */
export function ResetsAt({
  limit,
}: {
  readonly limit: Pick<Limit, 'metric' | 'window' | 'window_end' | 'settled'>;
}) {
  const now = useNow();
  if (limit.metric === 'concurrent') return <span className="text-faint">frees with each answer</span>;
  if (limit.window === 'minute') return <span className="text-faint">any 60 seconds</span>;
  // Of limits with a counter each the API tells no window; it is the same for all of them.
  if (limit.settled === null && limit.window !== 'lifetime') return `each ${limit.window}`;
  if (limit.window === 'lifetime' || limit.window_end === null) {
    return <span className="text-faint">never by itself</span>;
  }
  return (
    <time dateTime={limit.window_end} title={new Date(limit.window_end).toString()}>
      {formatRelative(Date.parse(limit.window_end), now)}
    </time>
  );
}
