// All models that clients may ask for: where their requests go, what they cost, how they are doing.
import { useQuery } from '@tanstack/react-query';
import { Boxes, Plus } from 'lucide-react';
import type { ListOf, Model } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { SearchInput, Select } from '../../ui/input.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { useTypedText } from '../../ui/typed-text.ts';
import { ModelSheet } from './model-sheet.tsx';
import { ModelsTable } from './models-table.tsx';
import { UnpricedNote } from './unpriced-note.tsx';

/** States of targets are live. */
const refreshMs = 5_000;

export function ModelsPage() {
  const [search, setSearch] = useSearchValues();
  const list = useQuery({ ...resource<ListOf<Model>>('/models'), refetchInterval: refreshMs });
  const { source = '' } = search;
  const [q, setQ] = useTypedText(search.q ?? '', (text) => setSearch({ q: text }));
  const all = list.data?.data;
  const rows = all?.filter((model) => fits(model, q, source));
  const filtered = q !== '' || source !== '';
  return (
    <>
      <PageHeader
        title="Models"
        description="What clients may ask for, and where those requests go. Targets of a group share the requests; the next group is tried when one has failed."
        actions={
          <RoleButton
            variant="primary"
            icon={<Plus size={15} />}
            needs="admin"
            onClick={() => setSearch({ new: '1' })}
          >
            Add model
          </RoleButton>
        }
      />
      {all ? <UnpricedNote models={all} /> : null}
      <FilterBar>
        <SearchInput
          label="Find a model, provider or upstream name"
          className="w-full sm:w-80"
          value={q}
          onValue={setQ}
        />
        <Select
          aria-label="Where it comes from"
          className="w-44"
          value={source}
          onChange={(event) => setSearch({ source: event.target.value })}
        >
          <option value="">From anywhere</option>
          <option value="admin">Made here</option>
          <option value="config">From tollgate.yaml</option>
          <option value="built-in">Built in</option>
        </Select>
        {all ? <p className="ml-auto text-faint text-xs">{plural(all.length, 'model')}</p> : null}
      </FilterBar>
      {list.isError && all === undefined ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          title="The models could not be read"
        />
      ) : (
        <ModelsTable
          rows={rows}
          empty={
            <EmptyState
              icon={<Boxes size={22} />}
              title={filtered ? 'No model fits these filters' : 'No models yet'}
              action={
                filtered ? (
                  <Button
                    onClick={() => {
                      setQ('');
                      setSearch({ q: undefined, source: undefined });
                    }}
                  >
                    Clear filters
                  </Button>
                ) : null
              }
            />
          }
        />
      )}
      <ModelSheet open={search.new !== undefined} onClose={() => setSearch({ new: undefined })} />
    </>
  );
}

function fits(model: Model, text: string, source: string): boolean {
  if (source !== '' && model.source !== source) return false;
  const wanted = text.trim().toLowerCase();
  const names = [model.name, ...model.route.flat().flatMap((target) => [target.provider, target.model])];
  return names.some((name) => name.toLowerCase().includes(wanted));
}
