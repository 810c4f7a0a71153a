// The counters one transaction works on, by limit, subject and window. Synchronous and without SQL: the store hands in how a
// counter is read or made, and writes back those that changed. A counter sums up rows of the ledger and nothing else, so
// one that is missing can be made from them at any time.
import type { LimitMetric, LimitScope, LimitStanding, Payers, Reserved, WorstCase } from '../core/limits.ts';
import { type Counter, holdIn, isSliding, type Slot, settleIn, slide } from './counter.ts';
import { type AppliedLimit, type LimitBook, payersOf } from './limit-book.ts';
import { type Account, amountOf, type Decision, decide, standingOf } from './reserve.ts';
import type { Span, WindowOf } from './window.ts';

/** What identifies a counter, in the order of its primary key. */
export interface CounterKey {
  readonly limitId: string;
  readonly subject: string;
  readonly windowStart: number;
}

export interface CounterValue {
  readonly settled: bigint;
  readonly held: bigint;
  readonly slots?: Slot[] | undefined;
}

export interface CounterSource {
  /** `undefined` when there is no such counter. */
  read(key: CounterKey): CounterValue | undefined;
  /** What the rows of the ledger say of these payers in this span: the value of a counter that is made now. */
  sum(applied: AppliedLimit, scope: LimitScope, span: Span): CounterValue;
}

/** A row of the ledger as its counters see it. */
export interface CountedRow {
  readonly payers: Payers;
  /** Unix ms. */
  readonly startedAt: number;
  /** What it reserved. */
  readonly cost: bigint;
  readonly tokens: number;
  /** Second of its hold by the clock of sliding minutes; absent when that is not known any more. */
  readonly second?: number | undefined;
  /** What its hold was taken from; looked up again where that is not known, or not in force any more. */
  readonly accounts?: readonly Account[] | undefined;
}

/** What a row is charged, within its hold. All 0 when it reached no model. */
export interface Charge {
  readonly cost: bigint;
  readonly tokens: number;
  readonly requests: 0 | 1;
}

export interface Books {
  /** The accounts of a request, made where they are missing, slid to `nowMs`. */
  accounts(payers: Payers, startedAt: number, nowMs: number): readonly Account[];
  decide(worst: WorstCase, accounts: readonly Account[], nowMs: number): Decision;
  /** Takes what `decide` granted. */
  take(accounts: readonly Account[], reserved: Reserved, nowMs: number): void;
  /** The hold of a row becomes its charge, in every counter there is. */
  settle(row: CountedRow, charge: Charge): void;
  changed(): Counter[];
  /** The changes are in the database. */
  saved(): void;
  /** The transaction was undone, or others may have written: everything is read again. */
  forget(): void;
}

/** Counters kept between transactions; past it they are read anew. */
const mostKept = 50_000;
/** Keys whose accounts are remembered. */
const mostRemembered = 10_000;

/** The accounts of all requests of these payers that begin in this span. */
interface Remembered {
  readonly payers: Payers;
  readonly accounts: readonly Account[];
  readonly span: Span;
}

export function createBooks(book: LimitBook, source: CounterSource, windowOf: WindowOf): Books {
  let counters = new Map<string, Counter>();
  let life = {};
  /** By key and model. */
  const remembered = new Map<string, Map<string, Remembered>>();
  const dirty = new Set<Counter>();

  const spanOf = ({ limit }: AppliedLimit, startedAt: number): Span =>
    windowOf(limit.metric === 'concurrent' ? 'lifetime' : limit.window, limit.timeZone, startedAt);

  function find(applied: AppliedLimit, span: Span): Counter | undefined {
    const name = nameOf(applied, span);
    const known = counters.get(name);
    if (known) return known;
    const value = source.read({
      limitId: applied.limit.id,
      subject: applied.subject,
      windowStart: span.start,
    });
    return value && keep(name, applied, span, value, false);
  }

  function make(applied: AppliedLimit, span: Span): Counter {
    const value: CounterValue = isSliding(applied.limit)
      ? { settled: 0n, held: 0n, slots: [] }
      : source.sum(applied, payersOf(applied.limit, applied.subject), span);
    return keep(nameOf(applied, span), applied, span, value, true);
  }

  function keep(
    name: string,
    { limit, subject }: AppliedLimit,
    span: Span,
    value: CounterValue,
    isNew: boolean,
  ): Counter {
    const counter: Counter = {
      limitId: limit.id,
      subject,
      windowStart: span.start,
      settled: value.settled,
      held: value.held,
      dirty: isNew,
      ...(isSliding(limit) ? { slots: value.slots ?? [] } : undefined),
    };
    counters.set(name, counter);
    if (isNew) dirty.add(counter);
    return counter;
  }

  function touch(counter: Counter): void {
    if (counter.dirty) dirty.add(counter);
  }

  function look(payers: Payers, startedAt: number): Remembered {
    let [start, end] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const accounts = book.applying(payers).map(({ limit, subject }): Account => {
      const applied = { limit, subject };
      const span = spanOf(applied, startedAt);
      start = Math.max(start, span.start);
      end = Math.min(end, span.end);
      return { limit, subject, span, counter: find(applied, span) ?? make(applied, span), life };
    });
    return { payers, accounts, span: { start, end } };
  }

  function accountsOf(payers: Payers, startedAt: number): readonly Account[] {
    let models = remembered.get(payers.key);
    const known = models?.get(payers.model);
    if (
      known &&
      startedAt >= known.span.start &&
      startedAt < known.span.end &&
      isSame(known.payers, payers)
    ) {
      return known.accounts;
    }
    const looked = look(payers, startedAt);
    if (!models) {
      if (remembered.size >= mostRemembered) remembered.clear();
      models = new Map();
      remembered.set(payers.key, models);
    }
    models.set(payers.model, looked);
    return looked.accounts;
  }

  function startAnew(): void {
    counters = new Map();
    remembered.clear();
    life = {};
  }

  function settleCounter(metric: LimitMetric, counter: Counter, row: CountedRow, charge: Charge): void {
    if (counter.slots && row.second === undefined) return;
    settleIn(counter, amountOf(metric, row), usedOf(metric, charge), row.second ?? 0);
    touch(counter);
  }

  return {
    accounts(payers, startedAt, nowMs) {
      const accounts = accountsOf(payers, startedAt);
      for (const { counter } of accounts) {
        slide(counter, secondOf(nowMs));
        touch(counter);
      }
      return accounts;
    },

    decide: (worst, accounts, nowMs) => decide(worst, accounts, nowMs),

    take(accounts, reserved, nowMs) {
      for (const { limit, counter } of accounts) {
        holdIn(counter, amountOf(limit.metric, reserved), secondOf(nowMs));
        touch(counter);
      }
    },

    settle(row, charge) {
      if (row.accounts?.[0]?.life === life) {
        for (const { limit, counter } of row.accounts) settleCounter(limit.metric, counter, row, charge);
        return;
      }
      for (const applied of book.applying(row.payers)) {
        const counter = find(applied, spanOf(applied, row.startedAt));
        if (counter) settleCounter(applied.limit.metric, counter, row, charge);
      }
    },

    changed: () => [...dirty],
    saved() {
      for (const counter of dirty) counter.dirty = false;
      dirty.clear();
      if (counters.size > mostKept) startAnew();
    },
    forget() {
      dirty.clear();
      startAnew();
    },
  };
}

function isSame(known: Payers, other: Payers): boolean {
  return (
    known.end_user === other.end_user &&
    known.project === other.project &&
    known.organization === other.organization
  );
}

/** By the clock of sliding minutes. */
export function secondOf(nowMs: number): number {
  return Math.floor(nowMs / 1000);
}

/** Of the limits that `x-ratelimit-*` headers tell of. */
export function standingsOf(accounts: readonly Account[], nowMs: number): LimitStanding[] {
  return accounts
    .filter(({ limit: { metric } }) => metric === 'requests' || metric === 'tokens')
    .map((account) => standingOf(account, nowMs));
}

function usedOf(metric: AppliedLimit['limit']['metric'], charge: Charge): bigint {
  switch (metric) {
    case 'cost':
      return charge.cost;
    case 'tokens':
      return BigInt(charge.tokens);
    case 'requests':
      return BigInt(charge.requests);
    case 'concurrent':
      return 0n;
  }
}

function nameOf({ limit, subject }: AppliedLimit, span: Span): string {
  return `${limit.id} ${span.start} ${subject}`;
}
