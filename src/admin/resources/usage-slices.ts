// Sums over time, as many as an answer may have and not all at once: a question that anybody may ask holds up nobody else,
// neither those who wait for the store nor the requests of this process.
import type { Span } from '../../budgets/window.ts';
import type { UsageQuery, UsageReader, UsageSum } from '../../core/usage-report.ts';
import { invalid } from './usage-invalid.ts';
import { mostRows } from './usage-question.ts';

/** Sums of one read. */
const sumsAtOnce = 1_000;

/** `buckets`: of the range, none where nothing is grouped by time. Errors: `invalid_value` where there would be too many rows. */
export async function readInSlices(
  reader: Pick<UsageReader, 'usage' | 'countGroups'>,
  query: UsageQuery,
  buckets: readonly Span[],
): Promise<readonly UsageSum[]> {
  // Time alone has as many rows as there are buckets.
  const isSplit = query.groupBy.some((grouping) => grouping !== 'hour' && grouping !== 'bucket');
  const count = isSplit ? await reader.countGroups(query, mostRows) : buckets.length;
  if (count > mostRows) throw tooManyRows();
  if (count <= sumsAtOnce || buckets.length < 2) return await reader.usage(query);
  const each = Math.max(1, Math.floor((buckets.length * sumsAtOnce) / count));
  const sums: UsageSum[] = [];
  for (let at = 0; at < buckets.length; at += each) {
    const slice = buckets.slice(at, at + each);
    const from = Math.max(slice[0]?.start ?? query.from, query.from);
    const to = Math.min(slice.at(-1)?.end ?? query.to, query.to);
    sums.push(...(await reader.usage({ ...query, from, to, buckets: slice.map(({ start }) => start) })));
  }
  return sums;
}

export function tooManyRows() {
  return invalid(
    'group_by',
    `there are more than ${mostRows.toLocaleString('en-US')} rows of this; ask for a shorter time, fewer groups, or the \`top\`.`,
  );
}
