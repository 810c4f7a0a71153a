// Which free slot a request gets: the one whose cached tokens save the most, without throwing away a longer
// conversation for a short common beginning. Pure.

export interface SlotCandidate {
  /** Tokens whose keys and values the slot still holds. */
  readonly cached: readonly number[];
  /** Any growing number: when it was used last. */
  readonly lastUsed: number;
}

export function commonPrefixLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}

/** An empty slot has nothing to lose. */
const idleSince = (slot: SlotCandidate) => (slot.cached.length === 0 ? -1 : slot.lastUsed);

/**
 * Each candidate's worth is the prefix it shares with `prompt`, less half of what would be forgotten. If none is worth
 * anything, the one unused for longest is taken. `undefined` only when there is no candidate.
 */
export function chooseSlot<S extends SlotCandidate>(
  candidates: Iterable<S>,
  prompt: ArrayLike<number>,
): S | undefined {
  let best: { slot: S; worth: number } | undefined;
  let oldest: S | undefined;
  for (const slot of candidates) {
    const shared = commonPrefixLength(slot.cached, prompt);
    const worth = shared - (slot.cached.length - shared) / 2;
    if (best === undefined || worth > best.worth) best = { slot, worth };
    if (oldest === undefined || idleSince(slot) < idleSince(oldest)) oldest = slot;
  }
  return best !== undefined && best.worth > 0 ? best.slot : oldest;
}
