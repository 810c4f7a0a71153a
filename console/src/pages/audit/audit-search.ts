// The filters of the audit log as they stand in the address, and as the admin API is asked.
import { useMemo } from 'react';
import type { QueryValues } from '../../api/client.ts';
import { type Range, rangeQuery } from '../../ui/range-picker.tsx';
import { useSearchValues } from '../../ui/search-values.ts';

export interface AuditValues {
  readonly actor?: string | undefined;
  readonly kind?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
}

export interface AuditSearch {
  readonly values: AuditValues;
  readonly range: Range;
  readonly filtered: boolean;
  readonly query: QueryValues;
  set(changes: AuditValues): void;
  setRange(range: Range): void;
  clear(): void;
}

export function useAuditSearch(): AuditSearch {
  const [{ actor, kind, action, target, range: preset, from, to }, setSearch] = useSearchValues();
  const query = useMemo(
    () => ({
      limit: 50,
      actor,
      action,
      target_kind: kind,
      target_id: target,
      ...rangeQuery({ preset, from, to }),
    }),
    [actor, action, kind, target, preset, from, to],
  );
  const none = { actor: undefined, kind: undefined, action: undefined, target: undefined };
  return {
    values: { actor, kind, action, target },
    range: { preset, from, to },
    filtered: [actor, kind, action, target, preset, from, to].some((value) => value !== undefined),
    query,
    set: (changes) => setSearch({ ...changes }),
    setRange: ({ preset: range, from: first, to: last }) => setSearch({ range, from: first, to: last }),
    clear: () => setSearch({ ...none, range: undefined, from: undefined, to: undefined }),
  };
}
