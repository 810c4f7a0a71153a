// The filters that are needed less often, in a popover: set together with one button, so that the list does not follow every key.
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Combobox } from '../../../ui/combobox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input, Select } from '../../../ui/input.tsx';
import { Popover } from '../../../ui/popover.tsx';
import type { SetSearch } from '../../../ui/search-values.ts';
import { Bounds } from './bounds.tsx';
import { useNames, useProjectOptions } from './filter-options.ts';
import type { FilterValues } from './filter-values.ts';

const names = [
  'project',
  'provider',
  'end_user',
  'error',
  'stream',
  'min_cost',
  'max_cost',
  'min_duration_ms',
  'max_duration_ms',
  'min_first_token_ms',
  'max_first_token_ms',
] as const;
type Name = (typeof names)[number];

interface MoreFiltersProps {
  readonly values: FilterValues;
  readonly set: SetSearch;
}

export function MoreFilters({ values, set }: MoreFiltersProps) {
  const [open, setOpen] = useState(false);
  const count = new Set(names.filter((name) => values[name]).map((name) => name.replace(/^(min|max)_/, '')))
    .size;
  return (
    <Popover
      label="More filters"
      open={open}
      onOpenChange={setOpen}
      align="end"
      trigger={
        <Button icon={<SlidersHorizontal size={14} />}>
          {count === 0 ? 'Filters' : `Filters · ${count}`}
        </Button>
      }
    >
      <FilterForm
        key={String(open)}
        values={values}
        set={(changes) => {
          set(changes);
          setOpen(false);
        }}
      />
    </Popover>
  );
}

function FilterForm({ values, set }: MoreFiltersProps) {
  const [draft, setDraft] = useState(
    () => Object.fromEntries(names.map((name) => [name, values[name] ?? ''])) as Record<Name, string>,
  );
  const change = (name: Name) => (value: string) => setDraft((before) => ({ ...before, [name]: value }));
  const projects = useProjectOptions();
  const providers = useNames('/providers');
  return (
    <form
      className="w-80 max-w-full space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        set(Object.fromEntries(names.map((name) => [name, draft[name].trim() || undefined])));
      }}
    >
      <div className="grid grid-cols-2 gap-2">
        <Field label="Project">
          {(control) => (
            <Combobox
              control={control}
              options={projects}
              value={draft.project || null}
              onValue={(value) => change('project')(value ?? '')}
              placeholder="Any"
              none="Any project"
            />
          )}
        </Field>
        <Field label="Provider">
          {(control) => (
            <Combobox
              control={control}
              options={providers}
              value={draft.provider || null}
              onValue={(value) => change('provider')(value ?? '')}
              placeholder="Any"
              none="Any provider"
            />
          )}
        </Field>
      </div>
      <Field label="Error codes" hint="One or more, separated by commas: upstream_timeout, client_aborted">
        {(control) => (
          <Input
            {...control}
            mono
            value={draft.error}
            onChange={(event) => change('error')(event.target.value.replaceAll(' ', ''))}
          />
        )}
      </Field>
      <Bounds
        legend="Cost"
        unit="USD"
        step="any"
        least={draft.min_cost}
        most={draft.max_cost}
        onLeast={change('min_cost')}
        onMost={change('max_cost')}
      />
      <Bounds
        legend="Duration"
        unit="ms"
        least={draft.min_duration_ms}
        most={draft.max_duration_ms}
        onLeast={change('min_duration_ms')}
        onMost={change('max_duration_ms')}
      />
      <Bounds
        legend="First token"
        unit="ms"
        least={draft.min_first_token_ms}
        most={draft.max_first_token_ms}
        onLeast={change('min_first_token_ms')}
        onMost={change('max_first_token_ms')}
      />
      <div className="grid grid-cols-2 gap-2">
        <Field label="End user">
          {(control) => (
            <Input
              {...control}
              value={draft.end_user}
              onChange={(event) => change('end_user')(event.target.value)}
            />
          )}
        </Field>
        <Field label="Streaming">
          {(control) => (
            <Select
              {...control}
              value={draft.stream}
              onChange={(event) => change('stream')(event.target.value)}
            >
              <option value="">Any</option>
              <option value="true">Streams</option>
              <option value="false">Not streams</option>
            </Select>
          )}
        </Field>
      </div>
      <div className="flex justify-end gap-2 pt-1">
        <Button type="submit" variant="primary">
          Apply filters
        </Button>
      </div>
    </form>
  );
}
