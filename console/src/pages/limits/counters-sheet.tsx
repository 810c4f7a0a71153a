// The counters of a limit that gives each its own: all that any request has needed in the current window, page by page.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { pathOf } from '../../api/client.ts';
import type { Limit, LimitCounter } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { Sheet } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { DataTable } from '../../ui/table.tsx';
import { LimitMeter } from './limit-meter.tsx';
import { limitWords, scopeWords, shortAmount, subjectWords } from './limit-words.ts';

export function CountersSheet({
  limit,
  onClose,
}: {
  readonly limit: Limit | null;
  readonly onClose: () => void;
}) {
  return (
    <Sheet
      open={limit !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      size="lg"
      title={limit ? scopeWords(limit.scope, limit.scope_names) : ''}
      description={limit ? `${limitWords(limit)}, each for itself` : ''}
    >
      {limit ? <Counters limit={limit} /> : null}
    </Sheet>
  );
}

function Counters({ limit }: { readonly limit: Limit }) {
  const list = useInfiniteQuery({
    ...pages<LimitCounter>(pathOf`/limits/${limit.id}/counters`),
    refetchInterval: 15_000,
  });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  if (list.isError && rows === undefined) {
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      <DataTable
        label="Counters"
        rows={rows}
        rowKey={({ subject }) => subject}
        empty={
          <EmptyState title="Nothing counted yet">
            A counter appears with the first request that needs it in this window.
          </EmptyState>
        }
        card={(counter) => (
          <div className="space-y-2">
            <Subject counter={counter} limit={limit} />
            <LimitMeter limit={{ ...limit, ...counter }} label={subjectWords(counter)} />
          </div>
        )}
        columns={[
          { id: 'subject', header: 'Who', cell: (counter) => <Subject counter={counter} limit={limit} /> },
          {
            id: 'used',
            header: 'Used',
            className: 'min-w-44',
            cell: (counter) => <LimitMeter limit={{ ...limit, ...counter }} label={subjectWords(counter)} />,
          },
          {
            id: 'left',
            header: 'Left',
            align: 'right',
            cell: (counter) => shortAmount(limit.metric, counter.remaining),
          },
        ]}
      />
      {rows && rows.length > 0 ? (
        <LoadMore
          shown={rows.length}
          what={rows.length === 1 ? 'counter' : 'counters'}
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
    </>
  );
}

function Subject({ counter, limit }: { readonly counter: LimitCounter; readonly limit: Limit }) {
  const words = subjectWords(counter);
  const isKey =
    limit.scope.key === '*' && counter.subject.startsWith('key_') && !counter.subject.includes(' ');
  if (!isKey) return <span className="break-all">{words}</span>;
  return (
    <Link
      to="/keys/$id"
      params={{ id: counter.subject }}
      className="break-words hover:text-accent-text hover:underline"
    >
      {words}
    </Link>
  );
}
