import { describe, expect, it } from 'vitest';
import type { Request } from '../../../api/contract.ts';
import { continues, type RequestPages, unseenIn, withNews } from './request-pages.ts';

const row = (id: string, state: Request['state'] = 'settled') => ({ id, state }) as Request;

function pagesOf(...pages: readonly (readonly Request[])[]): RequestPages {
  return {
    pageParams: pages.map(() => null),
    pages: pages.map((data, index) => ({
      data: [...data],
      next_cursor: index === pages.length - 1 ? 'more' : String(index),
      searched_to: null,
    })),
  };
}

const idsOf = ({ pages }: RequestPages) => pages.flatMap(({ data }) => data.map(({ id }) => id));
const statesOf = ({ pages }: RequestPages) => pages.flatMap(({ data }) => data.map(({ state }) => state));

describe('news in a list', () => {
  it('go on top in their order, and change rows in their place', () => {
    const pages = pagesOf([row('d', 'held'), row('c')], [row('b', 'held'), row('a')]);
    const after = withNews(pages, { data: [row('e'), row('f', 'held'), row('d'), row('b')] });
    expect(idsOf(after)).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);
    expect(statesOf(after)).toEqual(['held', 'settled', 'settled', 'settled', 'settled', 'settled']);
  });

  it('never make a row that is over one that is under way', () => {
    expect(statesOf(withNews(pagesOf([row('a')]), { data: [row('a', 'held')] }))).toEqual(['settled']);
  });

  it('of rows further down wait for their page, unless the list is read to its end', () => {
    const pages = pagesOf([row('d'), row('c')]);
    expect(idsOf(withNews(pages, { data: [row('b')] }))).toEqual(['d', 'c']);
    const all = { ...pages, pages: pages.pages.map((page) => ({ ...page, next_cursor: null })) };
    expect(idsOf(withNews(all, { data: [row('b')] }))).toEqual(['d', 'c', 'b']);
  });

  it('take rows away that the filters are not about any more', () => {
    expect(idsOf(withNews(pagesOf([row('b'), row('a')]), { data: [], gone: ['b', 'x'] }))).toEqual(['a']);
  });

  it('that are not shown yet are told apart from those that are', () => {
    expect(unseenIn(pagesOf([row('a')]), [row('b'), row('a')])).toEqual([row('b')]);
  });

  it('leave no gap: a list that ran far ahead is read anew', () => {
    const pages = pagesOf([row('c'), row('b')]);
    expect(continues(pages, [row('e'), row('d')], 2)).toBe(false);
    expect(continues(pages, [row('d'), row('c')], 2)).toBe(true);
    expect(continues(pages, [row('e')], 2)).toBe(true);
    expect(continues(pagesOf([]), [row('e'), row('d')], 2)).toBe(true);
    expect(continues(pagesOf([row('c'), row('b', 'held')]), [row('d'), row('c')], 2)).toBe(false);
  });
});
