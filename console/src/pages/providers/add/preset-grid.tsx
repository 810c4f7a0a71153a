// The first step of adding a provider: which one it is.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderPreset, ProviderPresets } from '../../../api/contract.ts';
import { resource } from '../../../api/queries.ts';
import { ErrorNote } from '../../../ui/error-state.tsx';
import { SearchInput } from '../../../ui/input.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';

interface PresetGridProps {
  readonly onChoose: (preset: ProviderPreset) => void;
}

export function PresetGrid({ onChoose }: PresetGridProps) {
  const [text, setText] = useState('');
  const presets = useQuery({
    ...resource<ProviderPresets>('/provider-presets'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (presets.isError) return <ErrorNote error={presets.error} />;
  const wanted = text.trim().toLowerCase();
  const found = presets.data?.data.filter(({ label, id }) => `${label} ${id}`.toLowerCase().includes(wanted));
  return (
    <>
      <SearchInput label="Find a provider" className="mb-4" value={text} onValue={setText} />
      {found ? (
        <>
          <Group title="Hosted" presets={found.filter(({ local }) => !local)} onChoose={onChoose} />
          <Group
            title="On machines of your own"
            presets={found.filter(({ local }) => local)}
            onChoose={onChoose}
          />
          {found.length === 0 ? (
            <p className="text-muted text-sm">
              None of that name. Most other servers speak OpenAI's dialect: choose “Other OpenAI-compatible
              server”.
            </p>
          ) : null}
        </>
      ) : (
        <Skeleton className="h-64 w-full" />
      )}
    </>
  );
}

interface GroupProps extends PresetGridProps {
  readonly title: string;
  readonly presets: readonly ProviderPreset[];
}

function Group({ title, presets, onChoose }: GroupProps) {
  if (presets.length === 0) return null;
  return (
    <section aria-label={title} className="mb-4">
      <h3 className="mb-1.5 text-faint text-xs">{title}</h3>
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        {presets.map((preset) => (
          <li key={preset.id}>
            <button
              type="button"
              onClick={() => onChoose(preset)}
              className="h-full w-full rounded-lg border border-line bg-surface px-3 py-2.5 text-left hover:border-line-strong hover:bg-sunken"
            >
              <span className="block font-medium text-sm">{preset.label}</span>
              <span className="block truncate text-faint text-xs">{hostOf(preset)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function hostOf({ base_url: url, key }: ProviderPreset): string {
  if (url !== null) return new URL(url).host;
  return key === 'aws' ? 'by region' : 'by its base URL';
}
