// What the filters offer to choose from: keys as one types, and models, providers and projects in full.
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { Key, ListOf } from '../../../api/contract.ts';
import { resource } from '../../../api/queries.ts';
import type { ComboboxOption } from '../../../ui/combobox.tsx';

interface Named {
  readonly name: string;
}

export function useNames(path: '/models' | '/providers'): readonly ComboboxOption[] | undefined {
  const { data } = useQuery(resource<ListOf<Named>>(path, {}));
  return data?.data.map(({ name }) => ({ value: name, label: name }));
}

export function useProjectOptions(): readonly ComboboxOption[] | undefined {
  const { data } = useQuery(resource<ListOf<Named & { readonly id: string }>>('/projects', { limit: 200 }));
  return data?.data.map(({ id, name }) => ({ value: id, label: name }));
}

/** The server looks for what is typed: there may be thousands. */
export function useKeyOptions(chosen: string | undefined) {
  const [text, setText] = useState('');
  const name = useDeferredValue(text.trim());
  const { data } = useQuery(resource<ListOf<Key>>('/keys', { limit: 50, ...(name === '' ? {} : { name }) }));
  // The chosen one may be on no page of that list.
  const { data: one } = useQuery({ ...resource<Key>(`/keys/${chosen}`), enabled: chosen !== undefined });
  const options = data?.data.map((key) => ({
    value: key.id,
    label: key.name,
    detail: key.project,
    keywords: [key.id, key.preview],
  }));
  return {
    options,
    onSearch: setText,
    nameOf: (id: string) =>
      (one?.id === id ? one.name : undefined) ?? options?.find(({ value }) => value === id)?.label ?? id,
  };
}
