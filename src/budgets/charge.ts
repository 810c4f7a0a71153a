// What a row is charged: what was used, but never more than was held. The rest is kept on the row, so that its cost and
// what was not charged are together the price of its usage.
import type { NanoUsd } from '../core/money.ts';
import type { Charge } from './books.ts';

export interface Charged extends Charge {
  /** Nano-USD beyond the hold. */
  readonly uncharged: NanoUsd;
}

/** `held`: what the row reserved. `used`: the price of its usage and its tokens, input and output together. */
export function chargeFor(
  held: { readonly cost: NanoUsd; readonly tokens: number },
  used: { readonly cost: NanoUsd; readonly tokens: number },
  reachedModel: boolean,
): Charged {
  if (!reachedModel) return { cost: 0n, tokens: 0, requests: 0, uncharged: 0n };
  const excess = used.cost - held.cost;
  const uncharged = excess > 0n ? excess : 0n;
  return { cost: used.cost - uncharged, uncharged, tokens: Math.min(used.tokens, held.tokens), requests: 1 };
}
