// Which list one came from, so that a request's page goes back to it and knows what is next in it. As long as the tab lives.
import type { FilterValues } from '../filters/filter-values.ts';

export interface RememberedList {
  /** As they stand in the address. */
  readonly values: FilterValues;
  /** What the admin API was asked. */
  readonly query: Readonly<Record<string, string>>;
}

let remembered: RememberedList = { values: {}, query: {} };

export function rememberList(list: RememberedList): void {
  remembered = list;
}

export function rememberedList(): RememberedList {
  return remembered;
}
