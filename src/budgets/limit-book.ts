// Which limits apply to a request. An index over the limits in force, so that thousands of keys with a limit each cost a
// request no more than its own. Pure; knows no counter.
import {
  type Limit,
  type LimitScope,
  type LimitScopeKind,
  limitScopes,
  metersContent,
  type Payers,
} from '../core/limits.ts';

/** One limit as it applies to one request. */
export interface AppliedLimit {
  readonly limit: Limit;
  /** Names the counter: the values of the scope's `*`, joined; empty when there is none. */
  readonly subject: string;
}

export interface LimitBook {
  /** In a fixed order, by id: two requests take their counters in the same order. */
  applying(payers: Payers): readonly AppliedLimit[];
  readonly limits: readonly Limit[];
  /** Whether any limit counts money or tokens, so that holds should be as small as they can be. */
  readonly metersContent: boolean;
}

/** Between the values of several `*`: cannot be in an id. */
const separator = '\u001f';

export function createLimitBook(limits: readonly Limit[]): LimitBook {
  const sorted = [...limits].sort((a, b) => (a.id < b.id ? -1 : 1));
  /** By the first kind whose value is named: `project proj_1`. */
  const named = new Map<string, Limit[]>();
  const anyone: Limit[] = [];
  for (const limit of sorted) {
    const kind = limitScopes.find((each) => limit.scope[each] !== undefined && limit.scope[each] !== '*');
    if (!kind) {
      anyone.push(limit);
      continue;
    }
    const key = nameOf(kind, limit.scope[kind] ?? '');
    const others = named.get(key);
    if (others) others.push(limit);
    else named.set(key, [limit]);
  }

  return {
    limits: sorted,
    metersContent: sorted.some(metersContent),
    applying(payers) {
      if (sorted.length === 0) return [];
      const applied: AppliedLimit[] = [];
      const look = (candidates: readonly Limit[] | undefined) => {
        for (const limit of candidates ?? []) {
          const subject = subjectOf(limit, payers);
          if (subject !== undefined) applied.push({ limit, subject });
        }
      };
      for (const kind of limitScopes) {
        const value = payers[kind];
        if (value !== undefined && named.size > 0) look(named.get(nameOf(kind, value)));
      }
      look(anyone);
      return applied.length > 1 ? applied.sort((a, b) => (a.limit.id < b.limit.id ? -1 : 1)) : applied;
    },
  };
}

const nameOf = (kind: LimitScopeKind, value: string) => `${kind} ${value}`;

/** `undefined` when the limit does not apply to these payers. */
export function subjectOf({ scope }: Limit, payers: Payers): string | undefined {
  let subject = '';
  let stars = 0;
  for (const kind of limitScopes) {
    const wanted = scope[kind];
    if (wanted === undefined) continue;
    const value = payers[kind];
    if (value === undefined) return undefined;
    if (wanted === '*') subject += stars++ === 0 ? value : separator + value;
    else if (wanted !== value) return undefined;
  }
  return subject;
}

/** The scope with the values of its `*` put in: whose rows of the ledger the counter sums up. */
export function payersOf({ scope }: Limit, subject: string): LimitScope {
  const values = subject.split(separator);
  const filled: Partial<Record<LimitScopeKind, string>> = {};
  for (const kind of limitScopes) {
    const wanted = scope[kind];
    if (wanted !== undefined) filled[kind] = wanted === '*' ? (values.shift() ?? '') : wanted;
  }
  return filled;
}
