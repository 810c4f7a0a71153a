// Whom a limit applies to: one kind after another, each with one value or with each by itself.
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Key, ListOf, Model, Organization, Project } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Combobox, type ComboboxOption } from '../../ui/combobox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Select } from '../../ui/input.tsx';

export const scopeKinds = ['key', 'project', 'organization', 'model', 'end_user'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

export interface ScopeRow {
  readonly kind: ScopeKind;
  /** An id or a name; `*`: each by itself. */
  readonly value: string;
  /** Its name, where `value` is an id. */
  readonly name?: string | undefined;
}

const labels: Readonly<Record<ScopeKind, string>> = {
  key: 'Key',
  project: 'Project',
  organization: 'Organization',
  model: 'Model',
  end_user: 'End user',
};

interface ScopeFieldsProps {
  readonly rows: readonly ScopeRow[];
  readonly onRows: (rows: readonly ScopeRow[]) => void;
  readonly errorOf: (kind: ScopeKind) => string | undefined;
}

export function ScopeFields({ rows, onRows, errorOf }: ScopeFieldsProps) {
  const free = scopeKinds.filter((kind) => !rows.some((row) => row.kind === kind));
  const [next] = free;
  const change = (index: number, row: ScopeRow) =>
    onRows(rows.map((each, place) => (place === index ? row : each)));
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">Applies to</legend>
      <div className="space-y-2">
        {rows.map((row, index) => (
          <div key={row.kind} className="grid grid-cols-[8rem_minmax(0,1fr)_auto] items-start gap-2">
            <Select
              aria-label="Kind"
              autoFocus={index === 0 && rows.length === 1}
              value={row.kind}
              onChange={(event) => change(index, { kind: event.target.value as ScopeKind, value: '*' })}
            >
              {[row.kind, ...free].map((kind) => (
                <option key={kind} value={kind}>
                  {labels[kind]}
                </option>
              ))}
            </Select>
            <Value row={row} error={errorOf(row.kind)} onRow={(changed) => change(index, changed)} />
            {rows.length > 1 ? (
              <IconButton
                label={`Without ${labels[row.kind].toLowerCase()}`}
                icon={<X size={15} />}
                onClick={() => onRows(rows.filter((each) => each !== row))}
              />
            ) : (
              <span />
            )}
          </div>
        ))}
      </div>
      {next ? (
        <Button
          size="sm"
          variant="ghost"
          icon={<Plus size={14} />}
          className="mt-1.5"
          onClick={() => onRows([...rows, { kind: next, value: '*' }])}
        >
          And only in or on…
        </Button>
      ) : null}
    </fieldset>
  );
}

interface ValueProps {
  readonly row: ScopeRow;
  readonly error: string | undefined;
  readonly onRow: (row: ScopeRow) => void;
}

function Value(props: ValueProps) {
  const { row, error, onRow } = props;
  if (row.kind !== 'end_user') return <ChosenValue {...props} />;
  return (
    <Field
      label={<span className="sr-only">End user</span>}
      error={error}
      hint="As sent in `user`; * for each."
    >
      {(control) => (
        <Input
          {...control}
          mono
          value={row.value}
          onChange={(event) => onRow({ kind: 'end_user', value: event.target.value })}
        />
      )}
    </Field>
  );
}

function ChosenValue({ row, error, onRow }: ValueProps) {
  const [text, setText] = useState('');
  const { options, searched } = useValues(row.kind, text);
  const each = `Each ${labels[row.kind].toLowerCase()} by itself`;
  const known = row.value !== '*' && options && !options.some(({ value }) => value === row.value);
  const all = known ? [{ value: row.value, label: row.name ?? row.value }, ...options] : options;
  return (
    <div>
      <Combobox
        label={labels[row.kind]}
        options={all}
        placeholder={each}
        none={each}
        value={row.value === '*' ? null : row.value}
        onValue={(value) =>
          onRow({ kind: row.kind, value: value ?? '*', name: all?.find((one) => one.value === value)?.label })
        }
        {...(searched ? { onSearch: setText } : {})}
      />
      {error ? (
        <p role="alert" className="mt-1 text-bad-text text-xs">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** Keys and projects are searched by the server: there may be thousands. */
function useValues(
  kind: ScopeKind,
  text: string,
): { options: readonly ComboboxOption[] | undefined; searched: boolean } {
  const search = text === '' ? undefined : text;
  const keys = useQuery({
    ...resource<ListOf<Key>>('/keys', { limit: 20, kind: 'api', search }),
    enabled: kind === 'key',
  });
  const projects = useQuery({
    ...resource<ListOf<Project>>('/projects', { limit: 20, search }),
    enabled: kind === 'project',
  });
  const organizations = useQuery({
    ...resource<ListOf<Organization>>('/organizations', { limit: 200 }),
    enabled: kind === 'organization',
  });
  const models = useQuery({ ...resource<ListOf<Model>>('/models'), enabled: kind === 'model' });
  switch (kind) {
    case 'key':
      return {
        searched: true,
        options: keys.data?.data
          .filter(({ status }) => status !== 'revoked')
          .map(({ id, name, preview }) => ({ value: id, label: name, detail: preview })),
      };
    case 'project':
      return {
        searched: true,
        options: projects.data?.data.map(({ id, name, organization }) => ({
          value: id,
          label: name,
          detail: organization,
        })),
      };
    case 'organization':
      return {
        searched: false,
        options: organizations.data?.data.map(({ id, name }) => ({ value: id, label: name })),
      };
    default:
      return {
        searched: false,
        options: models.data?.data.map(({ name }) => ({ value: name, label: name })),
      };
  }
}
