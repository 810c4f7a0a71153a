// The pages of the list as they lie in the cache, and what the live stream changes in them. Pure, so that it can be tried without
// a browser.
import type { InfiniteData } from '@tanstack/react-query';
import type { Request, RequestList } from '../../../api/contract.ts';

export type RequestPages = InfiniteData<RequestList, unknown>;

/** Live rows that are kept above the first page; older ones are a page further down when the list is read again. */
const mostLive = 2_000;

/** Rows that are there are replaced, those that no longer belong leave, and the rest goes on top, newest first. */
export function withNews(
  pages: RequestPages,
  news: { readonly data: readonly Request[]; readonly gone?: readonly string[] },
): RequestPages {
  const changed = new Map(news.data.map((row) => [row.id, row]));
  const gone = new Set(news.gone ?? []);
  const merged = pages.pages.map((page) => ({
    ...page,
    data: page.data
      .filter(({ id }) => !gone.has(id))
      .map((row) => {
        const newer = changed.get(row.id);
        changed.delete(row.id);
        // What was read before it was over may come after the news that it is.
        return newer && (newer.state !== 'held' || row.state === 'held') ? newer : row;
      }),
  }));
  const [first] = merged;
  const oldest = oldestOf(pages);
  // What is older than all that is shown has its place on a page that was not read yet.
  const added = [...changed.values()].filter(({ id }) => oldest === undefined || id > oldest);
  if (first && added.length > 0) {
    merged[0] = { ...first, data: [...added, ...first.data].sort(newestFirst).slice(0, mostLive + 500) };
  }
  return { ...pages, pages: merged };
}

/** Ids sort by time. */
function newestFirst(a: Request, b: Request): number {
  return a.id < b.id ? 1 : -1;
}

/** The id that the last page ends with, while there are more. */
function oldestOf({ pages }: RequestPages): string | undefined {
  const last = pages.at(-1);
  return last?.next_cursor === null ? undefined : pages.flatMap(({ data }) => data).at(-1)?.id;
}

/** How many of the news are not on the pages yet. */
export function unseenIn(pages: RequestPages | undefined, news: readonly Request[]): readonly Request[] {
  const shown = new Set(pages?.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  return news.filter(({ id }) => !shown.has(id));
}

/**
 * Whether the newest rows, up to `most` of them, go on from what is shown: nothing is missing in between, and nothing that is
 * shown as under way may be over by now.
 */
export function continues(pages: RequestPages, newest: readonly Request[], most: number): boolean {
  const shown = pages.pages.flatMap(({ data }) => data);
  const read = new Set(newest.map(({ id }) => id));
  const overlaps = shown.length === 0 || newest.length < most || shown.some(({ id }) => read.has(id));
  return overlaps && shown.every(({ id, state }) => state !== 'held' || read.has(id));
}
