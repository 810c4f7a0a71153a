// The end of a list by keyset: a button for the next page, or a word that this was all.
import { Button } from './button.tsx';
import { formatCount } from './format/quantity.ts';

export interface LoadMoreProps {
  readonly shown: number;
  /** `requests` */
  readonly what: string;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
}

export function LoadMore({ shown, what, hasMore, loading, onMore }: LoadMoreProps) {
  return (
    <div className="flex min-h-14 items-center justify-center gap-3 text-faint text-xs">
      <span role="status">
        {formatCount(shown)} {what}
        {hasMore ? '' : ' · that is all'}
      </span>
      {hasMore ? (
        <Button size="sm" busy={loading} onClick={onMore}>
          {loading ? 'Loading…' : 'Load more'}
        </Button>
      ) : null}
    </div>
  );
}
