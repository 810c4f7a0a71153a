// The list of projects, searched by the gateway.
import { useInfiniteQuery } from '@tanstack/react-query';
import { FolderTree, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Project } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { SearchFilter } from '../../ui/search-filter.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Segmented } from '../../ui/toggle.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import { CreateProjectSheet } from './create-project-sheet.tsx';
import { EditProjectSheet } from './edit-project-sheet.tsx';
import { ProjectLimitsSheet } from './project-limits-sheet.tsx';
import { ProjectsTable } from './projects-table.tsx';

type Doing = { readonly what: 'edit' | 'archive' | 'limits'; readonly project: Project };
type Shown = 'active' | 'archived' | 'all';

export function ProjectsTab() {
  const [search, setSearch] = useSearchValues();
  const [doing, setDoing] = useState<Doing | null>(null);
  const mayChange = useMay('admin');
  const shown: Shown = search.archived === 'yes' ? 'archived' : search.archived === 'all' ? 'all' : 'active';
  const query = {
    search: search.search,
    organization: search.organization,
    archived: shown === 'all' ? undefined : shown === 'archived',
  };
  const list = useInfiniteQuery({ ...pages<Project>('/projects', query), refetchInterval: 20_000 });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  const filtered = search.search !== undefined || search.organization !== undefined || shown !== 'active';
  const create = (
    <RoleButton
      variant="primary"
      icon={<Plus size={15} />}
      needs="admin"
      onClick={() => setSearch({ new: '1' })}
    >
      Create project
    </RoleButton>
  );
  return (
    <>
      <FilterBar
        chips={
          search.organization === undefined
            ? []
            : [
                {
                  id: 'organization',
                  label: `Organization: ${search.organization}`,
                  onRemove: () => setSearch({ organization: undefined }),
                },
              ]
        }
      >
        <SearchFilter name="search" label="Search projects by name" className="w-72 max-sm:w-full" />
        <Segmented
          label="Which projects"
          value={shown}
          onChange={(next: Shown) =>
            setSearch({ archived: next === 'active' ? undefined : next === 'archived' ? 'yes' : 'all' })
          }
          options={[
            { value: 'active', label: 'Active' },
            { value: 'archived', label: 'Archived' },
            { value: 'all', label: 'All' },
          ]}
        />
        <span className="ml-auto">{create}</span>
      </FilterBar>
      {list.isError && rows === undefined ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          title="The projects could not be read"
        />
      ) : (
        <ProjectsTable
          rows={rows}
          stale={list.isPlaceholderData}
          mayChange={mayChange}
          onDo={(what, project) => setDoing({ what, project })}
          empty={
            filtered ? (
              <EmptyState
                title={shown === 'archived' ? 'No project is archived' : 'No project fits this search'}
                action={
                  <Button
                    onClick={() =>
                      setSearch({ search: undefined, archived: undefined, organization: undefined })
                    }
                  >
                    Show active projects
                  </Button>
                }
              />
            ) : (
              <EmptyState icon={<FolderTree size={22} />} title="No active project" action={create}>
                Make one for each team, customer or application that should have a bill of its own.
              </EmptyState>
            )
          }
        />
      )}
      {rows && rows.length > 0 ? (
        <LoadMore
          shown={rows.length}
          what={rows.length === 1 ? 'project' : 'projects'}
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
      {search.new === undefined ? null : <CreateProjectSheet onClose={() => setSearch({ new: undefined })} />}
      {doing?.what === 'edit' ? (
        <EditProjectSheet subject={doing.project} onClose={() => setDoing(null)} />
      ) : null}
      {doing?.what === 'archive' ? (
        <ArchiveDialog subject={doing.project} onClose={() => setDoing(null)} />
      ) : null}
      {doing?.what === 'limits' ? (
        <ProjectLimitsSheet subject={doing.project} onClose={() => setDoing(null)} />
      ) : null}
    </>
  );
}
