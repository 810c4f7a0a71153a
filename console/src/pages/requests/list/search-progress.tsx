// The end of the list: how much was found, how far back was searched, and how to go on.
import { Button } from '../../../ui/button.tsx';
import { plural } from '../../../ui/format/quantity.ts';
import { formatAbsolute } from '../../../ui/format/time.ts';

interface SearchProgressProps {
  readonly found: number;
  readonly filtered: boolean;
  readonly searching: boolean;
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly searchedTo: string | undefined;
  readonly onMore: () => void;
  readonly onStop: () => void;
}

export function SearchProgress(props: SearchProgressProps) {
  const { found, filtered, searching, loading, hasMore, searchedTo, onMore, onStop } = props;
  const count = plural(found, 'request');
  const back =
    searchedTo === undefined ? '' : ` · searched back to ${formatAbsolute(Date.parse(searchedTo))}`;
  return (
    <div className="flex min-h-14 flex-wrap items-center justify-center gap-3 py-2 text-muted text-xs">
      <span role="status">
        {hasMore ? `${count}${filtered || searching ? back : ''}` : `${count} · that is all`}
      </span>
      {searching ? (
        <Button size="sm" onClick={onStop}>
          Stop searching
        </Button>
      ) : hasMore ? (
        <Button size="sm" busy={loading} onClick={onMore}>
          {filtered ? 'Search further back' : 'Load more'}
        </Button>
      ) : null}
    </div>
  );
}
