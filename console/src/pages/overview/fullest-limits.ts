// Which limits have the least left, of all that have one counter and of the keys' own. Pure.
import type { Key, Limit } from '../../api/contract.ts';
import { formatUsd } from '../../ui/format/money.ts';
import { formatCount } from '../../ui/format/quantity.ts';

export interface FullLimit {
  readonly id: string;
  /** `Key “web shop”` */
  readonly whose: string;
  readonly used: number;
  readonly held: number;
  readonly amount: number;
  /** `$12.40 of $50.00 a month` */
  readonly words: string;
  readonly resetsAt: string | null;
  readonly keyId?: string;
}

type Counted = Pick<Limit, 'metric' | 'window' | 'amount' | 'settled' | 'held'>;

const windows = {
  minute: 'a minute',
  hour: 'an hour',
  day: 'a day',
  week: 'a week',
  month: 'a month',
  lifetime: 'in all',
} as const;

/** The fullest first. Requests under way come and go within seconds, so a limit of them is never close to its end. */
export function fullestLimits(limits: readonly Limit[], keys: readonly Key[], most: number): FullLimit[] {
  const ofLimits = limits
    .filter(({ settled }) => settled !== null)
    .map((limit) => full(limit, limit.id, whoseOf(limit), limit.window_end));
  // One that a key shares with others is among the limits above.
  const ofKeys = keys.flatMap(({ id, name, limit }) =>
    limit &&
    limit.scope.key !== undefined &&
    !limits.some((known) => known.id === limit.id && known.settled !== null)
      ? [{ ...full(limit, `${limit.id} ${id}`, `Key “${name}”`, limit.resets_at), keyId: id }]
      : [],
  );
  const share = ({ used, held, amount }: FullLimit) => (amount > 0 ? (used + held) / amount : 1);
  return [...ofLimits, ...ofKeys]
    .filter((each) => each.used + each.held > 0)
    .sort((a, b) => share(b) - share(a))
    .slice(0, most);
}

function full(limit: Counted, id: string, whose: string, resetsAt: string | null): FullLimit {
  const { metric, window } = limit;
  const [used, held, amount] = [limit.settled, limit.held, limit.amount].map((value) => Number(value ?? 0));
  const shown = (value: number | string) =>
    metric === 'cost' ? formatUsd(String(value)) : formatCount(Number(value));
  const unit = metric === 'cost' ? '' : metric === 'concurrent' ? ' requests at a time' : ` ${metric}`;
  return {
    id,
    whose,
    used: metric === 'concurrent' ? 0 : (used ?? 0),
    held: metric === 'concurrent' ? 0 : (held ?? 0),
    amount: amount ?? 0,
    words: `${shown(limit.settled ?? 0)} of ${shown(limit.amount)}${unit}${metric === 'concurrent' ? '' : ` ${windows[window]}`}`,
    resetsAt,
  };
}

function whoseOf({ scope, scope_names: names }: Limit): string {
  const kinds = {
    key: 'Key',
    project: 'Project',
    end_user: 'End user',
    model: 'Model',
    organization: 'Organization',
  };
  const parts = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
    scope[kind] === undefined ? [] : [`${kinds[kind]} “${names[kind] ?? scope[kind]}”`],
  );
  return parts.join(', ');
}
