// Limits in words: what is counted, for whom, in which window, and when it turns. For people who read an error message.
import { type LimitRefusal, type LimitScopeKind, type LimitWindow, limitScopes } from '../core/limits.ts';
import { formatUsd, type NanoUsd } from '../core/money.ts';
import type { Principal } from '../core/principal.ts';
import { durationInWords } from './durations.ts';

/** Whose request was refused, by the names that people know. */
export interface RefusedParty {
  readonly principal: Principal;
  readonly model: string;
  readonly endUser: string | undefined;
}

/** "requests per minute (RPM)" */
export function rateInWords({ limit: { metric, window } }: LimitRefusal): string {
  if (metric === 'concurrent') return 'requests at a time';
  if (window === 'lifetime') return `${metric} in total`;
  const letter = metric === 'tokens' ? 'T' : 'R';
  const short = window === 'minute' || window === 'day' ? ` (${letter}P${window[0]?.toUpperCase()})` : '';
  return `${metric} per ${window}${short}`;
}

const budgets: Readonly<Record<LimitWindow, string>> = {
  lifetime: 'budget',
  month: 'monthly budget',
  week: 'weekly budget',
  day: 'daily budget',
  hour: 'hourly budget',
  minute: 'budget per minute',
};

/** "monthly budget" */
export function budgetInWords({ limit: { window } }: LimitRefusal): string {
  return budgets[window];
}

/** "key `ci`", "project `default` and model `gpt-5.1`" */
export function scopeInWords({ limit: { scope } }: LimitRefusal, party: RefusedParty): string {
  const { principal } = party;
  const names: Record<LimitScopeKind, string> = {
    organization: `organization \`${principal.organizationName}\``,
    project: `project \`${principal.projectName}\``,
    key: `key \`${principal.keyName}\``,
    end_user: `end user \`${(party.endUser ?? '').slice(0, 60)}\``,
    model: `model \`${party.model}\``,
  };
  const kinds = limitScopes.filter((kind) => scope[kind] !== undefined);
  return kinds.map((kind) => names[kind]).join(' and ');
}

/** "2026-12-01 00:00 UTC (in 8 days)" in the limit's own time zone. `now`: Unix ms. */
export function resetInWords(resetsAt: number, timeZone: string, now: number): string {
  const fields = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(resetsAt);
  const of = (type: Intl.DateTimeFormatPartTypes) => fields.find((field) => field.type === type)?.value ?? '';
  const date = `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
  return `${date} ${timeZone} (in ${durationInWords(resetsAt - now)})`;
}

/** "$49.20", with more places where they are needed. */
export function usdInWords(amount: NanoUsd): string {
  const [whole, fraction = ''] = formatUsd(amount).split('.');
  return `$${whole}.${fraction.padEnd(2, '0')}`;
}
