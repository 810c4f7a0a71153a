// Where a provider or a model comes from, and whether it may be changed here: the members that both have.
import type { Origin } from '../../config/origin.ts';
import type { StoredProblem } from '../../config/stored-entries.ts';
import type { RoutingEntry, RoutingKind } from '../../core/routing-entries.ts';
import { isoTime } from '../times.ts';

export function showOrigin(
  { kind, name }: { readonly kind: RoutingKind; readonly name: string },
  origin: Origin | undefined,
  row: RoutingEntry | undefined,
  problems: readonly StoredProblem[],
) {
  const found = problems.find((problem) => problem.kind === kind && problem.name === name);
  return {
    source: origin?.source ?? ('admin' as const),
    place: origin?.place ?? null,
    problem: found?.message ?? null,
    revision: row?.revision ?? null,
    updated_at: row ? isoTime(row.updatedAt) : null,
  };
}
