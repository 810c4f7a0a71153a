// The metrics of the usage page: what each draws of a row, and how its amounts are written. Exact amounts stay whole numbers;
// only what is drawn is a float.
import type { UsageRow } from '../../api/contract.ts';
import { formatNano, formatUsdShort } from '../../ui/format/money.ts';
import { formatCount, formatCountShort, formatDuration } from '../../ui/format/quantity.ts';
import type { MetricName } from './usage-state.ts';

export interface Metric {
  readonly name: MetricName;
  readonly label: string;
  /** `Cost per day` */
  readonly unit: string;
  /** Sums stack up; percentiles do not. */
  readonly adds: boolean;
  /** As with errors and waiting; spending more is a matter of taste. */
  readonly moreIsWorse: boolean;
  readonly amount: (row: UsageRow) => bigint | null;
  /** Of an amount. */
  readonly words: (amount: bigint) => string;
  readonly drawn: (amount: bigint) => number;
  readonly axis: (drawn: number) => string;
}

const tokensOf = (row: UsageRow) => BigInt(row.input_tokens) + BigInt(row.output_tokens);
const latency = (ms: number | null) => (ms === null ? null : BigInt(ms));
const count = { words: formatCount, drawn: Number, axis: formatCountShort } as const;
const milliseconds = {
  words: (ms: bigint) => formatDuration(Number(ms)),
  drawn: Number,
  axis: (ms: number) => formatDuration(ms),
} as const;

export const metrics: readonly Metric[] = [
  {
    name: 'cost',
    label: 'Cost',
    unit: 'Cost',
    adds: true,
    moreIsWorse: false,
    amount: (row) => BigInt(row.cost_nanousd),
    words: (nano) => formatNano(nano),
    drawn: (nano) => Number(nano) / 1e9,
    axis: formatUsdShort,
  },
  {
    name: 'requests',
    label: 'Requests',
    unit: 'Requests that reached a model',
    adds: true,
    moreIsWorse: false,
    amount: (row) => BigInt(row.requests),
    ...count,
  },
  {
    name: 'tokens',
    label: 'Tokens',
    unit: 'Tokens',
    adds: true,
    moreIsWorse: false,
    amount: tokensOf,
    ...count,
  },
  {
    name: 'errors',
    label: 'Errors',
    unit: 'Requests that ended with an error',
    adds: true,
    moreIsWorse: true,
    amount: (row) => BigInt(row.errors),
    ...count,
  },
  {
    name: 'duration',
    label: 'Duration',
    unit: 'Time to the end of the answer',
    adds: false,
    moreIsWorse: true,
    amount: (row) => latency(row.duration_ms.p95),
    ...milliseconds,
  },
  {
    name: 'first_token',
    label: 'First token',
    unit: 'Time to the first token',
    adds: false,
    moreIsWorse: true,
    amount: (row) => latency(row.first_token_ms.p95),
    ...milliseconds,
  },
];

export function metricOf(name: MetricName): Metric {
  return metrics.find((metric) => metric.name === name) ?? (metrics[0] as Metric);
}

/** A part of the tokens. The four are all of them, each once. */
export const tokenClasses: readonly { readonly label: string; readonly amount: (row: UsageRow) => bigint }[] =
  [
    { label: 'Input', amount: (row) => BigInt(row.input_tokens - row.cached_input_tokens) },
    { label: 'Cached input', amount: (row) => BigInt(row.cached_input_tokens) },
    { label: 'Output', amount: (row) => BigInt(row.output_tokens - row.reasoning_tokens) },
    { label: 'Reasoning', amount: (row) => BigInt(row.reasoning_tokens) },
  ];

/** The three percentiles of a latency. */
export function percentilesOf(name: 'duration' | 'first_token') {
  const of = (row: UsageRow) => (name === 'duration' ? row.duration_ms : row.first_token_ms);
  return (['p50', 'p95', 'p99'] as const).map((p) => ({
    label: p,
    amount: (row: UsageRow) => latency(of(row)[p]),
  }));
}
