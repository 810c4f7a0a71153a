// Limits as the API shows them, and where their counters stand: amounts of money as decimals, all others as whole numbers.
import type { Standing, StandingLimit } from '../accounts/limit-standing.ts';
import type { AccountNames, AccountReader } from '../core/accounts.ts';
import type { StoredLimit } from '../core/limit-admin.ts';
import type { LimitMetric, LimitScope } from '../core/limits.ts';
import { formatUsd } from '../core/money.ts';
import type { Limit, TightestLimit } from './contract/limits.ts';
import { isoTime, isoTimeOrNull } from './times.ts';

/** `standing`: absent where its scope has a `*` and nobody was asked for. */
export function showLimit(limit: StoredLimit, standing: Standing | undefined, names: AccountNames): Limit {
  const { amount, metric } = limit;
  return {
    id: limit.id,
    scope: limit.scope,
    scope_names: namesOf(limit.scope, names),
    metric,
    window: limit.window,
    amount: shownAmount(metric, amount),
    ...(metric === 'cost' ? { amount_nanousd: String(amount) } : {}),
    time_zone: limit.timeZone,
    source: limit.source,
    revision: limit.revision,
    created_at: isoTime(limit.createdAt),
    updated_at: isoTime(limit.updatedAt),
    ...(standing ? showStanding(metric, standing) : noStanding(metric)),
  };
}

export function showTightest(tightest: StandingLimit | undefined): TightestLimit | null {
  if (!tightest) return null;
  const { limit, standing } = tightest;
  const shown = (amount: bigint) => shownAmount(limit.metric, amount);
  return {
    id: limit.id,
    scope: limit.scope,
    metric: limit.metric,
    window: limit.window,
    amount: shown(limit.amount),
    settled: shown(standing.settled),
    held: shown(standing.held),
    remaining: shown(standing.remaining),
    resets_at: isoTimeOrNull(standing.windowEnd),
  };
}

export function showStanding(metric: LimitMetric, { settled, held, remaining, ...window }: Standing) {
  return {
    settled: shownAmount(metric, settled),
    held: shownAmount(metric, held),
    remaining: shownAmount(metric, remaining),
    ...(metric === 'cost'
      ? {
          settled_nanousd: String(settled),
          held_nanousd: String(held),
          remaining_nanousd: String(remaining),
        }
      : {}),
    window_start: isoTimeOrNull(window.windowStart),
    window_end: isoTimeOrNull(window.windowEnd),
  };
}

/** Names of all that these scopes give by id, in one look. */
export function namesOfScopes(scopes: readonly LimitScope[], reader: AccountReader): Promise<AccountNames> {
  const ids = (kind: keyof AccountNames) => [
    ...new Set(scopes.flatMap((scope) => (isNamed(scope[kind]) ? [scope[kind]] : []))),
  ];
  return reader.names({ organization: ids('organization'), project: ids('project'), key: ids('key') });
}

export function namesOf(scope: LimitScope, names: AccountNames): Record<string, string> {
  const found = (['organization', 'project', 'key'] as const).map((kind) => [
    kind,
    names[kind].get(scope[kind] ?? ''),
  ]);
  return Object.fromEntries(found.filter(([, name]) => name !== undefined));
}

const isNamed = (value: string | undefined): value is string => value !== undefined && value !== '*';

function shownAmount(metric: LimitMetric, amount: bigint): string | number {
  return metric === 'cost' ? formatUsd(amount) : Number(amount);
}

/** Of a scope with a `*`: each has its own counter. */
function noStanding(metric: LimitMetric) {
  return {
    settled: null,
    held: null,
    remaining: null,
    ...(metric === 'cost' ? { settled_nanousd: null, held_nanousd: null, remaining_nanousd: null } : {}),
    window_start: null,
    window_end: null,
  };
}
