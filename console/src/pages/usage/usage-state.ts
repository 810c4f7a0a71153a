// What the address of the usage page says, and what the API is asked for it. Pure.
import type { QueryValues } from '../../api/client.ts';
import type { UsageBucketSize, UsageDimensionName, UsageRange } from '../../api/contract.ts';

export type MetricName = 'cost' | 'requests' | 'tokens' | 'errors' | 'duration' | 'first_token';
/** `class`: tokens by input, cached, output and reasoning. `none`: not split. */
export type Split = UsageDimensionName | 'none' | 'class';

export interface UsageState {
  readonly metric: MetricName;
  readonly split: Split;
  /** One of the API's ranges; `undefined` for days from and to. */
  readonly range: UsageRange | undefined;
  /** `2026-11-01`; both days are in it. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly bucket: UsageBucketSize;
  readonly buckets: readonly UsageBucketSize[];
  readonly compare: boolean;
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
}

export const filterNames = ['model', 'key', 'project', 'provider', 'end_user'] as const;
export type FilterName = (typeof filterNames)[number];

export const ranges: readonly { readonly value: UsageRange; readonly label: string }[] = [
  { value: '24h', label: '24h' },
  { value: '7d', label: '7d' },
  { value: '30d', label: '30d' },
  { value: '90d', label: '90d' },
  { value: '12m', label: '12m' },
  { value: 'month', label: 'This month' },
  { value: 'last_month', label: 'Last month' },
];
const metrics: readonly MetricName[] = ['cost', 'requests', 'tokens', 'errors', 'duration', 'first_token'];
/** Values that stand apart; all others are one. There are eight colours. */
export const topValues = 7;
const dayMs = 86_400_000;

export function readState(search: Readonly<Record<string, string | undefined>>): UsageState {
  const metric = metrics.find((name) => name === search.metric) ?? 'cost';
  const custom = search.from !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(search.from);
  const range = custom ? undefined : (ranges.find(({ value }) => value === search.range)?.value ?? '30d');
  const [from, to] = custom ? [search.from, search.to ?? search.from] : [undefined, undefined];
  const buckets = bucketsFor(range, from, to);
  const filters = Object.fromEntries(
    filterNames.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])),
  );
  const splits = splitsFor(metric, filters);
  return {
    metric,
    split: splits.find((name) => name === search.by) ?? defaultSplit(metric, splits, filters),
    range,
    from,
    to,
    buckets,
    bucket: buckets.find((name) => name === search.bucket) ?? defaultBucket(range, buckets),
    compare: search.compare === 'previous',
    filters,
  };
}

/** What the metric can be split by; sums of one end user only by time. */
export function splitsFor(metric: MetricName, filters: UsageState['filters']): readonly Split[] {
  const isOneUser = filters.end_user !== undefined;
  const isLatency = metric === 'duration' || metric === 'first_token';
  if (isOneUser) return metric === 'tokens' ? ['class', 'none'] : ['none'];
  return [
    ...(metric === 'tokens' ? (['class'] as const) : []),
    ...(metric === 'errors' ? (['error'] as const) : []),
    'none',
    'model',
    'key',
    'project',
    'provider',
    ...(isLatency ? [] : (['end_user'] as const)),
  ];
}

function defaultSplit(metric: MetricName, splits: readonly Split[], filters: UsageState['filters']): Split {
  if (metric === 'duration' || metric === 'first_token') return 'none';
  const first = splits[0] ?? 'none';
  if (first !== 'none') return first;
  const useful = (['model', 'key'] as const).find((name) => filters[name] === undefined);
  return splits.find((name) => name === useful) ?? 'none';
}

function bucketsFor(range: UsageRange | undefined, from?: string, to?: string): readonly UsageBucketSize[] {
  const days =
    range === undefined ? (Date.parse(to ?? '') - Date.parse(from ?? '')) / dayMs + 1 : daysOf[range];
  return [
    ...(days <= 31 ? (['hour'] as const) : []),
    ...(days > 1 && days <= 400 ? (['day'] as const) : []),
    ...(days > 14 ? (['week'] as const) : []),
    ...(days > 62 ? (['month'] as const) : []),
  ];
}

const daysOf: Readonly<Record<UsageRange, number>> = {
  '24h': 1,
  '7d': 7,
  '30d': 30,
  '90d': 90,
  '12m': 366,
  month: 31,
  last_month: 31,
};

function defaultBucket(range: UsageRange | undefined, buckets: readonly UsageBucketSize[]): UsageBucketSize {
  const wanted = range === '12m' ? 'week' : buckets.includes('day') ? 'day' : buckets[0];
  return wanted ?? 'day';
}

/** Everything that the page shows, in one request. */
export function queryOf(state: UsageState): QueryValues {
  const { metric, split, range, from, to, bucket, compare, filters } = state;
  const dimension = split === 'none' || split === 'class' ? undefined : split;
  return {
    ...(range === undefined ? { from, to: dayAfter(to ?? from ?? '') } : { range }),
    group_by: [bucket, ...(dimension === undefined ? [] : [dimension])].join(','),
    ...(dimension === undefined ? {} : { top: topValues }),
    order_by: orderOf[metric],
    compare: compare ? 'previous' : undefined,
    outcomes: metric === 'errors' ? 'true' : undefined,
    percentiles: metric === 'duration' || metric === 'first_token' ? metric : 'false',
    ...filters,
  };
}

const orderOf: Readonly<Record<MetricName, string>> = {
  cost: 'cost',
  requests: 'requests',
  tokens: 'tokens',
  errors: 'errors',
  duration: 'requests',
  first_token: 'requests',
};

export function dayAfter(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? date : new Date(at + dayMs).toISOString().slice(0, 10);
}
