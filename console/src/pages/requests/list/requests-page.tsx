// The ledger in a browser: every request, the newest on top, by any filter, as it happens or far back.
import { SquareActivity } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Button, ButtonLink } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { formatCount, plural } from '../../../ui/format/quantity.ts';
import { useWide } from '../../../ui/media.ts';
import { PageHeader } from '../../../ui/page-header.tsx';
import { useSearchValues } from '../../../ui/search-values.ts';
import { Segmented } from '../../../ui/toggle.tsx';
import { apiQuery, filterNames, isFiltered } from '../filters/filter-values.ts';
import { RequestFilters } from '../filters/request-filters.tsx';
import { ExportMenu } from './export-menu.tsx';
import { LiveControls } from './live-controls.tsx';
import { rememberList } from './remembered-list.ts';
import { RequestCards } from './request-cards.tsx';
import { RequestTable } from './request-table.tsx';
import { SearchProgress } from './search-progress.tsx';
import { useRequestList } from './use-request-list.ts';
import { useScrolledAway } from './use-scrolled-away.ts';

export function RequestsPage() {
  const [values, set] = useSearchValues();
  const text = JSON.stringify(apiQuery(values));
  const query = useMemo(() => JSON.parse(text) as Record<string, string>, [text]);
  const live = values.live !== 'off';
  const time = values.time === 'relative' ? 'relative' : 'clock';
  const [hovered, setHovered] = useState(false);
  const scrolled = useScrolledAway();
  const wide = useWide();
  const held = hovered || scrolled;
  const found = useRequestList(query, { on: live, held });
  const { list, rows } = found;
  const filtered = isFiltered(values);
  const nearEnd = () => {
    if (found.hasMore && !list.isFetching) found.more();
  };
  const nothing = rows?.length === 0 && !found.searching && !found.hasMore;
  useEffect(() => rememberList({ values, query }));

  return (
    <>
      <PageHeader
        title="Requests"
        description="Every request that was accepted, from the ledger."
        actions={
          <>
            <Segmented
              label="How times are shown"
              value={time}
              options={[
                { value: 'clock', label: 'Clock' },
                { value: 'relative', label: 'Ago' },
              ]}
              onChange={(next) => set({ time: next === 'relative' ? 'relative' : undefined })}
            />
            <ExportMenu query={query} />
            <LiveControls
              on={live}
              state={found.live}
              held={held}
              onChange={(on) => set({ live: on ? undefined : 'off' })}
            />
          </>
        }
      />
      <RequestFilters values={values} set={set} />
      <NewPill
        count={found.waiting}
        onShow={() => {
          scrollTo({ top: 0 });
          setHovered(false);
          found.release();
        }}
      />
      {list.isError && rows === undefined ? (
        <ErrorState
          error={list.error}
          title="The requests could not be read"
          onRetry={() => void list.refetch()}
        />
      ) : nothing ? (
        <Nothing filtered={filtered} onClear={() => set(cleared())} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the mouse over the list keeps it still; nothing is done by it
        <div onMouseEnter={() => setHovered(true)} onMouseLeave={() => setHovered(false)}>
          {wide ? (
            <RequestTable rows={rows} time={time} stale={list.isPlaceholderData} onNearEnd={nearEnd} />
          ) : (
            <RequestCards rows={rows} time={time} onNearEnd={nearEnd} />
          )}
        </div>
      )}
      {rows === undefined || nothing ? null : (
        <SearchProgress
          found={rows.length}
          filtered={filtered}
          searching={found.searching}
          loading={list.isFetchingNextPage}
          hasMore={found.hasMore}
          searchedTo={found.searchedTo}
          onMore={found.more}
          onStop={found.stop}
        />
      )}
      {list.isFetchNextPageError ? (
        <ErrorState
          error={list.error}
          title="The next requests could not be read"
          onRetry={() => void list.fetchNextPage()}
        />
      ) : null}
    </>
  );
}

function cleared(): Record<string, undefined> {
  return Object.fromEntries(filterNames.map((name) => [name, undefined]));
}

/** The place is kept, so that the list does not move when it appears. */
function NewPill({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  return (
    <div
      role="status"
      className="pointer-events-none sticky top-16 z-20 -mb-8 flex h-8 justify-center lg:top-3"
    >
      {count > 0 ? (
        <Button
          variant="primary"
          size="sm"
          className="pointer-events-auto rounded-full shadow-pop"
          onClick={onShow}
        >
          {formatCount(count)} new
          <span className="sr-only">{plural(count, 'request')}, show them</span>
        </Button>
      ) : null}
    </div>
  );
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={<SquareActivity size={22} />}
        title="No request matches these filters"
        action={<Button onClick={onClear}>Clear all filters</Button>}
      >
        The whole ledger was searched. Requests that a limit or a wrong key refused are not in it.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<SquareActivity size={22} />}
      title="No requests yet"
      action={
        <>
          <ButtonLink to="/playground" variant="primary">
            Open the playground
          </ButtonLink>
          <ButtonLink to="/keys">See your API keys</ButtonLink>
        </>
      }
    >
      The first one appears here by itself, as soon as a client sends it.
    </EmptyState>
  );
}
