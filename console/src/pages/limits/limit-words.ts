// Limits in words: what one stops, at what, for whom, until when. Pure; knows no React.
import type { Limit, LimitCounter, NewKeyLimit } from '../../api/contract.ts';
import { formatUsd } from '../../ui/format/money.ts';
import { formatCount, plural } from '../../ui/format/quantity.ts';

export type Metric = Limit['metric'];
export type Window = Limit['window'];
export type Scope = Limit['scope'];

export const metrics: readonly { readonly value: Metric; readonly label: string }[] = [
  { value: 'cost', label: 'Cost' },
  { value: 'requests', label: 'Requests' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'concurrent', label: 'Parallel requests' },
];

export const windows: readonly { readonly value: Window; readonly label: string }[] = [
  { value: 'minute', label: 'per minute' },
  { value: 'hour', label: 'per hour' },
  { value: 'day', label: 'per day' },
  { value: 'week', label: 'per week' },
  { value: 'month', label: 'per month' },
  { value: 'lifetime', label: 'in all' },
];

const windowWords: Readonly<Record<Window, string>> = {
  minute: 'a minute',
  hour: 'an hour',
  day: 'a day',
  week: 'a week',
  month: 'a month',
  lifetime: 'in all',
};

const resetWords: Readonly<Record<Window, string>> = {
  minute: 'until 60 seconds have passed since enough of them',
  hour: 'until the next full hour',
  day: 'until midnight',
  week: 'until Monday',
  month: 'until the first of the next month',
  lifetime: 'for good, or until the limit is raised',
};

/** `$50.00`, `1,000 requests`, `3 at a time`. */
export function amountWords(metric: Metric, amount: string | number): string {
  switch (metric) {
    case 'cost':
      return formatUsd(String(amount));
    case 'tokens':
      return plural(Number(amount), 'token');
    case 'requests':
      return plural(Number(amount), 'request');
    case 'concurrent':
      return plural(Number(amount), 'request');
  }
}

/** Without its unit, where the line says it once: `$12.40`, `1,000`. */
export function shortAmount(metric: Metric, amount: string | number): string {
  return metric === 'cost' ? formatUsd(String(amount)) : formatCount(Number(amount));
}

/** `$50.00 a month`, `600 requests a minute`, `3 requests at a time`. */
export function limitWords({ metric, window, amount }: Pick<Limit, 'metric' | 'window' | 'amount'>): string {
  const span = metric === 'concurrent' ? 'at a time' : windowWords[window];
  return `${amountWords(metric, amount)} ${span}`;
}

/** `Each key in project “Billing”`. Names by kind, as the API gives them; ids where it gives none. */
export function scopeWords(scope: Scope, names: Readonly<Record<string, string>> = {}): string {
  const parts: string[] = [];
  const stars = kinds.filter((kind) => scope[kind] === '*');
  if (stars.length > 0) parts.push(`each ${stars.map((kind) => kindWords[kind]).join(' and ')}`);
  for (const kind of ['key', 'end_user', 'model', 'project', 'organization'] as const) {
    const value = scope[kind];
    if (value === undefined || value === '*') continue;
    const name = `${kindWords[kind]} “${names[kind] ?? value}”`;
    parts.push(parts.length === 0 ? name : `${kind === 'model' ? 'on' : 'in'} ${name}`);
  }
  return capitalized(parts.join(' '));
}

/** What happens, as one sentence; `who` begins it: `This key`. Nothing while the amount is none. */
export function limitSentence(
  limit: { readonly metric: Metric; readonly window: Window; readonly amount: string },
  who: string,
): string | undefined {
  const amount = plainAmount(limit.metric, limit.amount);
  if (amount === undefined) return undefined;
  const reset = resetWords[limit.window];
  if (isZero(amount)) return `${who} is refused at once: nothing is allowed.`;
  if (limit.metric === 'concurrent') {
    return `${who} has at most ${limitWords({ ...limit, amount })}; one more gets 429 until another has ended.`;
  }
  return `${who} stops at ${limitWords({ ...limit, amount })}; clients then get 429 ${reset}.`;
}

const isZero = (amount: string) => /^0*(\.0*)?$/.test(amount);

/** The amount as the gateway takes it, without separators; `undefined` for what is none. The gateway checks it again. */
export function plainAmount(metric: Metric, text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^\$\s*/, '')
    .replaceAll(/(?<=\d)[, _](?=\d{3}\b)/g, '');
  return (metric === 'cost' ? /^\d{1,10}(\.\d{1,9})?$/ : /^\d{1,16}$/).test(plain) ? plain : undefined;
}

/** What an amount of this metric is, for a field with nothing or nonsense in it. */
export function amountRule(metric: Metric): string {
  return metric === 'cost'
    ? 'An amount in USD, such as 50 or 12.50.'
    : `A whole number of ${metric === 'tokens' ? 'tokens' : 'requests'}, such as 1000.`;
}

/** For the API: no window where requests under way are counted. */
export function newLimit(draft: {
  readonly metric: Metric;
  readonly window: Window;
  readonly amount: string;
}): NewKeyLimit {
  const amount = plainAmount(draft.metric, draft.amount) ?? draft.amount.trim();
  return {
    metric: draft.metric,
    amount,
    ...(draft.metric === 'concurrent' ? {} : { window: draft.window }),
  };
}

/** Whom a counter of a limit with `*` is for. */
export function subjectWords({ subject, subject_names: names }: LimitCounter): string {
  const named = Object.values(names);
  return named.length === 0 ? subject : named.join(' · ');
}

const kinds = ['organization', 'project', 'key', 'end_user', 'model'] as const;

const kindWords = {
  organization: 'organization',
  project: 'project',
  key: 'key',
  end_user: 'end user',
  model: 'model',
} as const;

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
