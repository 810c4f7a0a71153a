// The project of a new key: searched by the gateway, or made in place.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { ListOf, Project } from '../../api/contract.ts';
import { messageOf } from '../../api/error.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { Field } from '../../ui/field.tsx';
import { rereadAccounts } from '../limits/reread.ts';

interface ProjectFieldProps {
  readonly value: string | null;
  readonly onValue: (project: string | null) => void;
  readonly error: string | undefined;
}

export function ProjectField({ value, onValue, error }: ProjectFieldProps) {
  const [text, setText] = useState('');
  const [made, setMade] = useState<readonly Project[]>([]);
  const [failure, setFailure] = useState<string>();
  const mayCreate = useMay('admin');
  const client = useQueryClient();
  const list = useQuery(
    resource<ListOf<Project>>('/projects', {
      limit: 20,
      archived: false,
      search: text === '' ? undefined : text,
    }),
  );
  const found = list.data?.data.filter(({ id }) => !made.some((each) => each.id === id)) ?? [];
  const options = [...made, ...found].map(({ id, name, organization }) => ({
    value: id,
    label: name,
    detail: organization,
  }));
  async function create(name: string) {
    setFailure(undefined);
    try {
      const project = await api.post<Project>('/projects', { name });
      setMade((before) => [project, ...before]);
      onValue(project.id);
      await rereadAccounts(client);
    } catch (caught) {
      setFailure(messageOf(caught));
    }
  }
  return (
    <Field label="Project" error={error ?? failure} hint="Its limits count for the key too.">
      {(control) => (
        <Combobox
          control={control}
          options={list.data ? options : undefined}
          placeholder="default"
          value={value}
          onValue={onValue}
          onSearch={setText}
          {...(mayCreate
            ? {
                create: {
                  label: (name: string) => `Create project “${name}”`,
                  onCreate: (name) => void create(name),
                },
              }
            : {})}
        />
      )}
    </Field>
  );
}
