// What narrows sums and rows alike: their tables name these columns the same.
import { type RawBuilder, sql } from 'kysely';
import type { UsageFilter } from '../../core/usage-report.ts';

export function filterConditions(filter: UsageFilter): RawBuilder<unknown>[] {
  const equal = [
    ['key_id', filter.keyId],
    ['project_id', filter.projectId],
    ['model', filter.model],
    ['provider', filter.provider],
  ] as const;
  return equal.flatMap(([column, value]) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`],
  );
}
