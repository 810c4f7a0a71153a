// Search and filters of the list of keys, all in the address.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListOf, Project } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Select } from '../../ui/input.tsx';
import { SearchFilter } from '../../ui/search-filter.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Segmented } from '../../ui/toggle.tsx';
import { statusWords } from './key-words.ts';

export const filterNames = ['search', 'status', 'project', 'member'] as const;

export function KeyFilters() {
  const [search, setSearch] = useSearchValues();
  const [text, setText] = useState('');
  const mayOwn = useMay('member');
  const projects = useQuery(
    resource<ListOf<Project>>('/projects', { limit: 20, search: text === '' ? undefined : text }),
  );
  const found = projects.data?.data.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const chosen = useQuery({
    ...resource<Project>(`/projects/${encodeURIComponent(search.project ?? '')}`),
    enabled: search.project !== undefined,
  });
  const options =
    chosen.data && !found.some(({ value }) => value === chosen.data.id)
      ? [{ value: chosen.data.id, label: chosen.data.name }, ...found]
      : found;
  return (
    <FilterBar>
      <SearchFilter name="search" label="Search keys by name or preview" className="w-72 max-sm:w-full" />
      <Select
        aria-label="Status"
        className="w-36"
        value={search.status ?? ''}
        onChange={(event) => setSearch({ status: event.target.value })}
      >
        <option value="">Any status</option>
        {Object.entries(statusWords).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <div className="w-48 max-sm:w-full">
        <Combobox
          label="Project"
          placeholder="Any project"
          none="Any project"
          options={projects.data ? options : undefined}
          onSearch={setText}
          value={search.project ?? null}
          onValue={(project) => setSearch({ project: project ?? undefined })}
        />
      </div>
      {mayOwn ? (
        <Segmented
          label="Whose keys"
          value={search.member === 'me' ? 'me' : 'all'}
          onChange={(whose) => setSearch({ member: whose === 'me' ? 'me' : undefined })}
          options={[
            { value: 'all', label: 'All' },
            { value: 'me', label: 'Mine' },
          ]}
        />
      ) : null}
    </FilterBar>
  );
}
