// What the gateway knows under what was typed: keys, projects, models, providers; and a request, if it is the id of one.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Boxes, FolderTree, KeyRound, Plug, SquareActivity } from 'lucide-react';
import { useDeferredValue, useEffect } from 'react';
import { api } from '../../api/client.ts';
import type { Key, ListOf, Model, Project, Provider } from '../../api/contract.ts';
import { paletteItem } from './actions.ts';
import { type Entry, PaletteItem } from './palette-item.tsx';
import { type PaletteContext, usePaletteContext } from './use-palette-context.ts';

const most = 6;

export interface FoundProps {
  readonly text: string;
  readonly onPick: (entry: Entry) => void;
  /** Told of the best one when it comes, so that Enter takes it: cmdk marks only what was there when one typed. */
  readonly onFirst: (id: string) => void;
}

export function Found({ text, onPick, onFirst }: FoundProps) {
  const wanted = useDeferredValue(text);
  const { data } = useQuery({
    queryKey: ['palette', wanted],
    enabled: wanted.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    queryFn: ({ signal }) => search(wanted, signal),
  });
  const context = usePaletteContext();
  const entries = text.length < 2 ? [] : [...requestOf(text, context), ...entriesOf(data, context)];
  const first = entries[0]?.id;
  useEffect(() => {
    if (first !== undefined) onFirst(first);
  }, [first, onFirst]);
  if (entries.length === 0) return null;
  return (
    <Command.Group heading="Found" className={paletteItem.group}>
      {entries.map((entry) => (
        // The gateway has matched it already: by parts of names that cmdk would not find.
        <PaletteItem key={entry.id} entry={{ ...entry, keywords: [text] }} onPick={onPick} />
      ))}
    </Command.Group>
  );
}

interface Results {
  readonly keys: readonly Key[];
  readonly projects: readonly Project[];
  readonly models: readonly Model[];
  readonly providers: readonly Provider[];
}

async function search(text: string, signal: AbortSignal): Promise<Results> {
  const query = { search: text, limit: most };
  const [keys, projects, models, providers] = await Promise.all([
    api.get<ListOf<Key>>('/keys', { query, signal }),
    api.get<ListOf<Project>>('/projects', { query, signal }),
    api.get<ListOf<Model>>('/models', { signal }),
    api.get<ListOf<Provider>>('/providers', { signal }),
  ]);
  const named = ({ name }: { readonly name: string }) => name.toLowerCase().includes(text.toLowerCase());
  return {
    keys: keys.data,
    projects: projects.data,
    models: models.data.filter(named).slice(0, most),
    providers: providers.data.filter(named).slice(0, most),
  };
}

function requestOf(text: string, { go }: PaletteContext): Entry[] {
  if (!/^req_\w{8,}$/.test(text)) return [];
  return [
    {
      id: `request ${text}`,
      label: text,
      icon: SquareActivity,
      detail: 'Request',
      run: () => go('/requests/$id', { id: text }),
    },
  ];
}

function entriesOf(results: Results | undefined, { go }: PaletteContext): Entry[] {
  if (!results) return [];
  return [
    ...results.keys.map(({ id, name, preview }) => ({
      id: `key ${id}`,
      label: name,
      icon: KeyRound,
      detail: preview,
      run: () => go('/keys/$id', { id }),
    })),
    ...results.projects.map(({ id, name }) => ({
      id: `project ${id}`,
      label: name,
      icon: FolderTree,
      detail: 'Project',
      run: () => go('/projects'),
    })),
    ...results.models.map(({ name }) => ({
      id: `model ${name}`,
      label: name,
      icon: Boxes,
      detail: 'Model',
      run: () => go('/models/$name', { name }),
    })),
    ...results.providers.map(({ name }) => ({
      id: `provider ${name}`,
      label: name,
      icon: Plug,
      detail: 'Provider',
      run: () => go('/providers/$name', { name }),
    })),
  ];
}
