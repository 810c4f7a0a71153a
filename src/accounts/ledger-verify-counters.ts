// What the counters of limits must be: sums over the rows of the ledger, made here again row by row. A counter is there from
// the first request that needed it, so only those that are there are added up.

import { isSliding, slotsFromText } from '../budgets/counter.ts';
import { createLimitBook } from '../budgets/limit-book.ts';
import { createWindowOf } from '../budgets/window.ts';
import type { ClosedHour, LedgerFact, StoredCounter } from '../core/ledger-snapshot.ts';
import type { Limit, LimitMetric, Payers } from '../core/limits.ts';
import { hourMs } from '../core/usage-hours.ts';
import type { Finding } from './ledger-finding.ts';

interface Sums {
  readonly counter: StoredCounter;
  readonly limit: Limit;
  settled: bigint;
  held: bigint;
}

export interface CounterCheck {
  add(row: LedgerFact): void;
  addHour(hour: ClosedHour): void;
  findings(): readonly Finding[];
  readonly counters: number;
  /** Counters that reach back to rows that are gone, in a way that hours cannot tell. */
  readonly skipped: number;
}

export interface CounterFacts {
  readonly limits: readonly Limit[];
  readonly counters: readonly StoredCounter[];
  /** Organization of each project. */
  readonly organizations: ReadonlyMap<string, string>;
  /** Unix ms: of before, hours are counted instead of rows. */
  readonly horizon: number;
}

export function createCounterCheck(facts: CounterFacts): CounterCheck {
  const { limits, organizations, horizon } = facts;
  const book = createLimitBook(limits);
  const windowOf = createWindowOf();
  const byId = new Map(limits.map((limit) => [limit.id, limit]));
  const sums = new Map<string, Sums>();
  const sliding: Finding[] = [];
  let [slid, skipped] = [0, 0];
  for (const counter of facts.counters) {
    const limit = byId.get(counter.limitId);
    // Of a limit that is gone nobody asks any more.
    if (!limit) continue;
    if (isSliding(limit)) {
      sliding.push(...checkSlots(counter, limit));
      slid++;
    } else if (isKnown(limit, counter, horizon)) {
      sums.set(nameOf(limit.id, counter.windowStart, counter.subject), {
        counter,
        limit,
        settled: 0n,
        held: 0n,
      });
    } else skipped++;
  }

  function each(payers: Payers, at: number, visit: (sums: Sums) => void): void {
    for (const { limit, subject } of book.applying(payers)) {
      const window = limit.metric === 'concurrent' ? 'lifetime' : limit.window;
      const found = sums.get(nameOf(limit.id, windowOf(window, limit.timeZone, at).start, subject));
      if (found) visit(found);
    }
  }

  return {
    counters: sums.size + slid,
    skipped,
    add(row) {
      if (sums.size === 0 || row.state === 'released') return;
      const payers = payersOf(row, organizations);
      each(payers, row.startedAt, (found) => {
        const { metric } = found.limit;
        if (row.state === 'held') found.held += heldOf(metric, row);
        else if (row.startedAt >= horizon) found.settled += settledOf(metric, row);
      });
    },
    addHour(hour) {
      if (sums.size === 0) return;
      const payers = {
        organization: organizations.get(hour.projectId) ?? '',
        project: hour.projectId,
        key: hour.keyId,
        model: hour.model,
      };
      each(payers, hour.hour, (found) => {
        found.settled += hourOf(found.limit.metric, hour);
      });
    },
    findings: () => [...sliding, ...[...sums.values()].flatMap(compare)],
  };
}

/** Rows are looked up by what they are of; an hour that a window begins in the middle of cannot be shared out. */
function isKnown(limit: Limit, { windowStart }: StoredCounter, horizon: number): boolean {
  if (horizon === 0 || limit.metric === 'concurrent' || windowStart >= horizon) return true;
  return limit.scope.end_user === undefined && windowStart % hourMs === 0;
}

function checkSlots(counter: StoredCounter, limit: Limit): Finding[] {
  const slots = slotsFromText(counter.slots ?? '[]');
  const total = (name: 'settled' | 'held') => slots.reduce((sum, slot) => sum + slot[name], 0n);
  return (['settled', 'held'] as const).flatMap((name) => difference(counter, limit, name, total(name)));
}

function compare({ counter, limit, settled, held }: Sums): Finding[] {
  return [...difference(counter, limit, 'settled', settled), ...difference(counter, limit, 'held', held)];
}

function difference(
  counter: StoredCounter,
  { metric }: Limit,
  name: 'settled' | 'held',
  expected: bigint,
): Finding[] {
  if (counter[name] === expected) return [];
  const { limitId, subject, windowStart } = counter;
  const place = [
    limitId,
    ...(subject === '' ? [] : [subject.replaceAll('\u001f', '+')]),
    ...(windowStart === 0 ? [] : [new Date(windowStart).toISOString()]),
  ];
  return [
    {
      kind: 'counter',
      id: place.join(' '),
      what: `${name} (${metric === 'cost' ? 'nano-USD' : metric})`,
      expected: String(expected),
      found: String(counter[name]),
    },
  ];
}

function heldOf(metric: LimitMetric, row: LedgerFact): bigint {
  return metric === 'cost' ? row.hold : metric === 'tokens' ? BigInt(row.holdTokens) : 1n;
}

function settledOf(metric: LimitMetric, row: LedgerFact): bigint {
  switch (metric) {
    case 'cost':
      return row.cost ?? 0n;
    case 'tokens':
      return BigInt(Math.min((row.usage?.input ?? 0) + (row.usage?.output ?? 0), row.holdTokens));
    case 'requests':
      return 1n;
    case 'concurrent':
      return 0n;
  }
}

function hourOf(metric: LimitMetric, hour: ClosedHour): bigint {
  return metric === 'concurrent' ? 0n : metric === 'requests' ? hour.requests : hour[metric];
}

function payersOf(row: LedgerFact, organizations: ReadonlyMap<string, string>): Payers {
  return {
    organization: organizations.get(row.projectId) ?? '',
    project: row.projectId,
    key: row.keyId,
    end_user: row.endUser,
    model: row.model,
  };
}

const nameOf = (limitId: string, windowStart: number, subject: string) =>
  `${limitId} ${windowStart} ${subject}`;
