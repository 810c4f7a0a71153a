// Whether the worst case of a request fits under every limit that applies to it, together or not at all. Pure: the caller
// makes sure that nobody else decides at the same time, and makes the outcome durable before the request goes on.
import {
  type Limit,
  type LimitMetric,
  type LimitRefusal,
  type LimitStanding,
  metersContent,
  type Reserved,
  type WorstCase,
} from '../core/limits.ts';
import { type Counter, isSliding, slidingSeconds } from './counter.ts';
import type { AppliedLimit } from './limit-book.ts';
import type { Span } from './window.ts';

const perMillion = 1_000_000n;
/** What a column of the ledger holds: 64 bits, some 9 billion USD. */
const mostMoney = 2n ** 63n - 1n;

/** A limit with its counter, slid to now. */
export interface Account extends AppliedLimit {
  readonly counter: Counter;
  readonly span: Span;
  /** Of the books the counter is in: another object once they have been read again. */
  readonly life: object;
}

export type Decision =
  | { readonly reserved: Reserved; readonly refusal?: undefined }
  | { readonly refusal: LimitRefusal; readonly reserved?: undefined };

/** `now`: Unix ms. Changes nothing. */
export function decide(worst: WorstCase, accounts: readonly Account[], now: number): Decision {
  let cap = worst.outputCap;
  let refusal: LimitRefusal | undefined;
  for (const account of accounts) {
    if (metersContent(account.limit)) cap = Math.min(cap, worst.limitedOutputCap ?? cap);
    const affordable = affordableCap(worst, account);
    if (affordable < worst.leastOutputCap) refusal = longer(refusal, refusalOf(worst, account, now));
    cap = Math.min(cap, affordable);
  }
  if (refusal) return { refusal };
  return { reserved: reservedFor(worst, cap) };
}

export function reservedFor(worst: WorstCase, outputCap: number): Reserved {
  return { outputCap, cost: costAt(worst, outputCap), tokens: tokensAt(worst, outputCap) };
}

/** What a reservation counts under a limit. */
export function amountOf(
  metric: LimitMetric,
  reserved: { readonly cost: bigint; readonly tokens: number },
): bigint {
  switch (metric) {
    case 'cost':
      return reserved.cost;
    case 'tokens':
      return BigInt(reserved.tokens);
    case 'requests':
    case 'concurrent':
      return 1n;
  }
}

/** One ceiling division over the sum, as the price of real usage is made: so no usage within the cap costs more. */
function costAt(worst: WorstCase, cap: number): bigint {
  const sum = worst.promptCost + BigInt(cap) * BigInt(worst.choices) * worst.outputPrice;
  const cost = (sum + perMillion - 1n) / perMillion;
  return cost < mostMoney ? cost : mostMoney;
}

function tokensAt(worst: WorstCase, cap: number): number {
  return worst.promptTokens + cap * worst.choices;
}

/** Most output tokens per choice that the limit has room for; -1 when not even the prompt fits. */
function affordableCap(worst: WorstCase, { limit, counter }: Account): number {
  const room = limit.amount - counter.settled - counter.held;
  switch (limit.metric) {
    case 'requests':
    case 'concurrent':
      return room >= 1n ? worst.outputCap : -1;
    case 'tokens':
      return room < BigInt(worst.promptTokens)
        ? -1
        : lower(worst, (room - BigInt(worst.promptTokens)) / BigInt(worst.choices));
    case 'cost': {
      const left = room * perMillion - worst.promptCost;
      if (left < 0n) return -1;
      const perToken = BigInt(worst.choices) * worst.outputPrice;
      return perToken === 0n ? worst.outputCap : lower(worst, left / perToken);
    }
  }
}

/** Of several refusals the one that lasts: whoever waits for the other one would wait in vain. */
function longer(known: LimitRefusal | undefined, other: LimitRefusal): LimitRefusal {
  if (known === undefined) return other;
  const wait = ({ retryAfterMs = Number.POSITIVE_INFINITY }: LimitRefusal) => retryAfterMs;
  return wait(other) > wait(known) ? other : known;
}

function lower({ outputCap }: WorstCase, affordable: bigint): number {
  return affordable < BigInt(outputCap) ? Number(affordable) : outputCap;
}

function refusalOf(worst: WorstCase, account: Account, now: number): LimitRefusal {
  const { limit, subject, counter, span } = account;
  const needed = amountOf(limit.metric, reservedFor(worst, worst.leastOutputCap));
  const retryAfterMs = retryAfter(account, needed, now);
  return {
    limit,
    subject,
    settled: counter.settled,
    held: counter.held,
    needed,
    ...(Number.isFinite(span.end) ? { resetsAt: span.end } : undefined),
    ...(retryAfterMs === undefined ? undefined : { retryAfterMs }),
  };
}

/** The second that the oldest one may lie in is not told: clients do not wait for more than a minute by themselves. */
const longestSlideMs = 60_000;
/** Requests under way that end soon give back what they hold: worth another look after this. */
const holdsEndMs = 1_000;

function retryAfter({ limit, counter, span }: Account, needed: bigint, now: number): number | undefined {
  if (needed > limit.amount) return undefined;
  // A request under way becomes one that was made: only what it holds beyond its use comes back.
  if (limit.metric !== 'requests' && counter.settled + needed <= limit.amount) return holdsEndMs;
  if (isSliding(limit)) return Math.min(slidingWait(limit, counter, needed, now), longestSlideMs);
  return Number.isFinite(span.end) ? Math.max(span.end - now, 0) : undefined;
}

/** Until enough seconds have left the minute, if nothing that is held is given back before. */
function slidingWait(limit: Limit, counter: Counter, needed: bigint, now: number): number {
  let room = limit.amount - counter.settled - counter.held;
  for (const slot of counter.slots ?? []) {
    room += slot.settled + slot.held;
    if (room >= needed) return Math.max((slot.second + slidingSeconds) * 1000 - now, 0);
  }
  return slidingSeconds * 1000;
}

/** How a limit stands after `reserved` was taken. */
export function standingOf(
  { limit, counter, span }: Pick<Account, 'limit' | 'counter' | 'span'>,
  now: number,
): LimitStanding {
  const remaining = limit.amount - counter.settled - counter.held;
  return {
    metric: limit.metric,
    window: limit.window,
    amount: limit.amount,
    remaining: remaining > 0n ? remaining : 0n,
    resetMs: resetMs({ limit, counter, span }, now),
  };
}

function resetMs({ limit, counter, span }: Pick<Account, 'limit' | 'counter' | 'span'>, now: number): number {
  if (isSliding(limit)) {
    const newest = counter.slots?.at(-1)?.second;
    return newest === undefined ? 0 : Math.max((newest + slidingSeconds) * 1000 - now, 0);
  }
  return Number.isFinite(span.end) ? Math.max(span.end - now, 0) : 0;
}
