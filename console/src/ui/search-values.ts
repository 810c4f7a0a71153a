// Filters, ranges and tabs live in the address, so that a page can be reloaded, shared and gone back to.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** As the router reads them: `?a=1&b=2&b=3` is `{ a: '1', b: ['2', '3'] }`. */
export type SearchValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is undefined or empty leaves the address. Each change replaces the entry of the history, unless `push`. */
export type SetSearch = (changes: SearchValues, options?: { readonly push?: boolean }) => void;

export function useSearchValues(): readonly [
  values: Readonly<Record<string, string | undefined>>,
  set: SetSearch,
] {
  const raw = useSearch({ strict: false }) as SearchValues;
  const navigate = useNavigate();
  const values = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, typeof value === 'string' ? value : value?.[0]]),
  );
  const set = useCallback<SetSearch>(
    (changes, { push = false } = {}) => {
      void navigate({
        to: '.',
        replace: !push,
        resetScroll: false,
        search: ((before: SearchValues) =>
          Object.fromEntries(
            Object.entries({ ...before, ...changes }).filter(
              ([, value]) => value !== undefined && value !== '' && value.length !== 0,
            ),
          )) as never,
      });
    },
    [navigate],
  );
  return [values, set];
}
