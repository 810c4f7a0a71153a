// The order of the table: by any of its numbers, largest first; all others and what is unknown last.
import type { UsageRow } from '../../api/contract.ts';
import type { Metric } from './metrics.ts';

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly row: UsageRow;
  /** Of the dimension; absent for all others and the total. */
  readonly value?: string | undefined;
  readonly before?: UsageRow | undefined;
  readonly isTotal?: boolean;
}

type Latency = 'p50' | 'p95' | 'p99';

export function sortLines(lines: readonly Line[], sort: string | undefined, metric: Metric): Line[] {
  const key = (line: Line): bigint => {
    const { row } = line;
    if (row.other) return -2n;
    switch (sort) {
      case 'cost':
        return BigInt(row.cost_nanousd);
      case 'requests':
        return BigInt(row.requests);
      case 'errors':
        return BigInt(row.errors);
      case 'input':
        return BigInt(row.input_tokens);
      case 'output':
        return BigInt(row.output_tokens);
      case 'p50':
      case 'p95':
      case 'p99':
        return latencyOf(row, sort, metric);
      default:
        return metric.amount(row) ?? -1n;
    }
  };
  return lines.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? 1 : left > right ? -1 : a.name.localeCompare(b.name);
  });
}

function latencyOf(row: UsageRow, p: Latency, { name }: Metric): bigint {
  const ms = name === 'first_token' ? row.first_token_ms[p] : row.duration_ms[p];
  return BigInt(ms ?? -1);
}
