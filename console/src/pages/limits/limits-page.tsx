// All limits: what each stops, where it stands, when it turns; made, raised and deleted here. What stands in tollgate.yaml is
// read only.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Gauge, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Limit } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Select } from '../../ui/input.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { CountersSheet } from './counters-sheet.tsx';
import { CreateLimitSheet } from './create-limit-sheet.tsx';
import { EditLimitDialog } from './edit-limit-dialog.tsx';
import { metrics, windows } from './limit-words.ts';
import { LimitsTable } from './limits-table.tsx';

const filterNames = ['metric', 'window', 'source', 'project', 'key'] as const;

export function LimitsPage() {
  const [search, setSearch] = useSearchValues();
  const [editing, setEditing] = useState<Limit | null>(null);
  const [counting, setCounting] = useState<Limit | null>(null);
  const creating = search.new !== undefined;
  const mayChange = useMay('admin');
  // The API takes one kind of owner at a time.
  const { key, project, metric, window, source } = search;
  const query = { metric, window, source, ...(key === undefined ? { project } : { key }) };
  const list = useInfiniteQuery({ ...pages<Limit>('/limits', query), refetchInterval: 15_000 });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  const filtered = filterNames.some((name) => search[name] !== undefined);
  const clear = () => setSearch(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  const create = (
    <RoleButton
      variant="primary"
      icon={<Plus size={15} />}
      needs="admin"
      onClick={() => setSearch({ new: '1' })}
    >
      Create limit
    </RoleButton>
  );
  return (
    <>
      <PageHeader
        title="Limits"
        description="What keys, projects and end users may spend or send. A request that does not fit under every limit is refused before it reaches a model."
        actions={create}
      />
      <FilterBar {...(filtered ? { onClear: clear } : {})} chips={chipsOf(search, setSearch)}>
        <Select
          aria-label="What is limited"
          className="w-44"
          value={metric ?? ''}
          onChange={(event) => setSearch({ metric: event.target.value })}
        >
          <option value="">Any metric</option>
          {metrics.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Window"
          className="w-36"
          value={window ?? ''}
          onChange={(event) => setSearch({ window: event.target.value })}
        >
          <option value="">Any window</option>
          {windows.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Where it is kept"
          className="w-44"
          value={source ?? ''}
          onChange={(event) => setSearch({ source: event.target.value })}
        >
          <option value="">From anywhere</option>
          <option value="admin">Made here</option>
          <option value="config">From tollgate.yaml</option>
        </Select>
      </FilterBar>
      {list.isError && rows === undefined ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          title="The limits could not be read"
        />
      ) : (
        <LimitsTable
          rows={rows}
          mayChange={mayChange}
          stale={list.isPlaceholderData}
          onEdit={setEditing}
          onCounters={setCounting}
          empty={
            filtered ? (
              <EmptyState
                title="No limit fits these filters"
                action={<Button onClick={clear}>Clear filters</Button>}
              />
            ) : (
              <EmptyState icon={<Gauge size={22} />} title="No limits yet" action={create}>
                Without limits every key may spend as much as the providers sell. A monthly budget for each
                key is a good first one.
              </EmptyState>
            )
          }
        />
      )}
      {rows && rows.length > 0 ? (
        <LoadMore
          shown={rows.length}
          what={rows.length === 1 ? 'limit' : 'limits'}
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
      <CreateLimitSheet open={creating} onClose={() => setSearch({ new: undefined })} />
      <EditLimitDialog limit={editing} onClose={() => setEditing(null)} />
      <CountersSheet limit={counting} onClose={() => setCounting(null)} />
    </>
  );
}

function chipsOf(
  search: Readonly<Record<string, string | undefined>>,
  setSearch: (changes: Record<string, undefined>) => void,
) {
  return (['project', 'key'] as const).flatMap((kind) =>
    search[kind] === undefined
      ? []
      : [
          {
            id: kind,
            label: `${kind === 'key' ? 'Key' : 'Project'}: ${search[kind]}`,
            onRemove: () => setSearch({ [kind]: undefined }),
          },
        ],
  );
}
