// Pages of lists on the wire: `{data, next_cursor}`, in the order of the primary key.
import type { ListOf } from './contract/forms.ts';

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export function pageOf({ limit = 50, cursor }: PageQuery): { limit: number; cursor?: string } {
  return { limit, ...(cursor === undefined ? {} : { cursor }) };
}

export function listOf<Row, Shown>(
  page: { readonly items: readonly Row[]; readonly nextCursor?: string },
  show: (row: Row) => Shown,
): ListOf<Shown> {
  return { data: page.items.map(show), next_cursor: page.nextCursor ?? null };
}
