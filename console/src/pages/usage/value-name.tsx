// A value in the table: a press narrows the page to it, and beside it a way to its requests.
import { Link } from '@tanstack/react-router';
import { ListTree } from 'lucide-react';
import { useSearchValues } from '../../ui/search-values.ts';
import { requestsSearch } from './requests-search.ts';
import type { Line } from './sort-lines.ts';
import { filterNames, type UsageState } from './usage-state.ts';

export function ValueName({ line, state }: { readonly line: Line; readonly state: UsageState }) {
  const [, setSearch] = useSearchValues();
  const { split } = state;
  const { name, value } = line;
  if (value === undefined) return <span className="text-muted">{name}</span>;
  const filter = filterNames.find((each) => each === split);
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {filter ? (
        <button
          type="button"
          title={`Show ${name} alone`}
          onClick={() => setSearch({ [filter]: value, by: undefined }, { push: true })}
          dir="auto"
          className="truncate rounded text-left hover:text-accent-text hover:underline"
        >
          {name}
        </button>
      ) : (
        <span className="truncate font-mono text-xs">{name}</span>
      )}
      <Link
        to="/requests"
        search={requestsSearch(state, { [split]: value }) as never}
        aria-label={`Requests of ${name}`}
        title="Its requests"
        className="shrink-0 rounded p-0.5 text-faint hover:text-ink"
      >
        <ListTree size={13} aria-hidden="true" />
      </Link>
    </span>
  );
}
