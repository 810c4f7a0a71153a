// Batches and their answers as lists on their way between two threads: names of members would be written, and looked up, with each
// of them, and cloning grants as objects costs several times as much as one flat list.
import { type LimitStanding, limitMetrics, limitWindows } from '../../core/limits.ts';
import type { Batch, BatchOutcome, HoldGrant, PackedAnswer, PackedBatch } from './messages.ts';

/** Nothing else is sent as a list, in either direction. */
export function isPacked<Message>(message: Message): message is Extract<Message, readonly unknown[]> {
  return Array.isArray(message);
}

export function packBatch({ now, holds, settles, checkpoints, abandoned }: Batch): PackedBatch {
  return abandoned ? [now, holds, settles, checkpoints, abandoned] : [now, holds, settles, checkpoints];
}

/** What `packBatch` was given. */
export function unpackBatch([now, holds, settles, checkpoints, abandoned]: PackedBatch): Batch {
  return { now, holds, settles, checkpoints, ...(abandoned && { abandoned }) };
}

/** A list where nothing is to be said but what was granted, which is nearly always. */
export function packAnswer(
  outcome: BatchOutcome,
): PackedAnswer | { readonly kind: 'batch'; readonly outcome: BatchOutcome } {
  for (const member in outcome) if (member !== 'grants') return { kind: 'batch', outcome };
  const packed: (number | bigint)[] = [];
  for (const { index, outputCap, standings } of outcome.grants ?? []) {
    packed.push(index, outputCap, standings.length);
    for (const { metric, window, amount, remaining, resetMs } of standings) {
      packed.push(limitMetrics.indexOf(metric), limitWindows.indexOf(window), amount, remaining, resetMs);
    }
  }
  return packed;
}

/** The outcome that `packAnswer` made a list of. */
export function unpackAnswer(packed: PackedAnswer): BatchOutcome {
  if (packed.length === 0) return {};
  const grants: HoldGrant[] = [];
  for (let at = 0; at < packed.length; ) {
    const index = packed[at] as number;
    const outputCap = packed[at + 1] as number;
    const end = at + 3 + 5 * (packed[at + 2] as number);
    const standings: LimitStanding[] = [];
    for (at += 3; at < end; at += 5) {
      standings.push({
        metric: limitMetrics[packed[at] as number] as LimitStanding['metric'],
        window: limitWindows[packed[at + 1] as number] as LimitStanding['window'],
        amount: packed[at + 2] as bigint,
        remaining: packed[at + 3] as bigint,
        resetMs: packed[at + 4] as number,
      });
    }
    grants.push({ index, outputCap, standings });
  }
  return { grants };
}
