// One counter: what is settled and what is held under one limit, for one subject, in one window. Pure arithmetic; where
// counters are kept is the stores' business.
import type { Limit } from '../core/limits.ts';

/** One second of a sliding minute. */
export interface Slot {
  /** Unix seconds. */
  readonly second: number;
  settled: bigint;
  held: bigint;
  /** What `slotsToText` made of it, until it changes: most seconds of a minute are over. */
  text?: string | undefined;
}

export interface Counter {
  readonly limitId: string;
  readonly subject: string;
  /** Unix ms; 0 for `lifetime`, `minute` and `concurrent`. */
  readonly windowStart: number;
  settled: bigint;
  held: bigint;
  /** Only of sliding minutes, oldest first; `settled` and `held` are then their sums. */
  slots?: Slot[];
  /** Differs from what the database has. */
  dirty: boolean;
}

export function isSliding({ window, metric }: Limit): boolean {
  return window === 'minute' && metric !== 'concurrent';
}

/** Seconds a slot counts. The 61st is there because the oldest second may lie within the minute in part. */
export const slidingSeconds = 61;

/**
 * Drops the seconds that have left the minute. A second far ahead was written under a clock that has been set back since:
 * it counts as now, so that it leaves in time and is never free.
 */
export function slide(counter: Counter, nowSecond: number): void {
  const { slots } = counter;
  if (!slots || slots.length === 0) return;
  const oldest = slots[0]?.second ?? nowSecond;
  const newest = slots.at(-1)?.second ?? nowSecond;
  if (oldest > nowSecond - slidingSeconds && newest <= nowSecond + slidingSeconds) return;
  const kept: Slot[] = [];
  for (const slot of slots) {
    if (slot.second <= nowSecond - slidingSeconds) continue;
    if (slot.second > nowSecond + slidingSeconds) addTo(kept, nowSecond, slot.settled, slot.held);
    else addTo(kept, slot.second, slot.settled, slot.held);
  }
  counter.slots = kept.sort((a, b) => a.second - b.second);
  counter.settled = kept.reduce((sum, slot) => sum + slot.settled, 0n);
  counter.held = kept.reduce((sum, slot) => sum + slot.held, 0n);
  counter.dirty = true;
}

function addTo(slots: Slot[], second: number, settled: bigint, held: bigint): void {
  // The second wanted is nearly always the newest.
  const slot = slots.findLast((each) => each.second === second);
  if (!slot) slots.push({ second, settled, held });
  else {
    slot.settled += settled;
    slot.held += held;
    slot.text = undefined;
  }
}

/** `second`: of the moment, for sliding minutes. */
export function holdIn(counter: Counter, amount: bigint, second: number): void {
  counter.held += amount;
  if (counter.slots) {
    addTo(counter.slots, second, 0n, amount);
    if ((counter.slots.at(-2)?.second ?? 0) > second) counter.slots.sort((a, b) => a.second - b.second);
  }
  counter.dirty = true;
}

/**
 * What was held becomes what was used. In a sliding minute it happens in the second of the hold; when that has left the
 * minute there is nothing to change.
 */
export function settleIn(counter: Counter, held: bigint, used: bigint, second: number): void {
  if (counter.slots) {
    const slot = counter.slots.findLast((each) => each.second === second);
    if (!slot || slot.held < held) return;
    slot.held -= held;
    slot.settled += used;
    slot.text = undefined;
  }
  counter.held -= held;
  counter.settled += used;
  counter.dirty = true;
}

/** JSON `[[second, settled, held], …]`; amounts as text, since they may pass 2^53. */
export function slotsToText(slots: readonly Slot[]): string {
  let text = '';
  for (const slot of slots) {
    slot.text ??= `,[${slot.second},"${slot.settled}","${slot.held}"]`;
    text += slot.text;
  }
  return `[${text.slice(1)}]`;
}

export function slotsFromText(text: string): Slot[] {
  return (JSON.parse(text) as [number, string, string][]).map(([second, settled, held]) => ({
    second,
    settled: BigInt(settled),
    held: BigInt(held),
  }));
}
