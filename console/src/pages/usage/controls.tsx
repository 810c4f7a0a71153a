// What the page shows: range, size of the bars, what it is split by, the period before; and what it is narrowed to.
import { useId } from 'react';
import type { Usage } from '../../api/contract.ts';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Select } from '../../ui/input.tsx';
import { RangePicker } from '../../ui/range-picker.tsx';
import type { SetSearch } from '../../ui/search-values.ts';
import { Checkbox, Segmented } from '../../ui/toggle.tsx';
import { nameOfValue, splitLabels } from './names.ts';
import { filterNames, ranges, type Split, splitsFor, type UsageState } from './usage-state.ts';

export interface ControlsProps {
  readonly state: UsageState;
  readonly usage: Usage | undefined;
  readonly setSearch: SetSearch;
}

const bucketLabels = { hour: 'Hours', day: 'Days', week: 'Weeks', month: 'Months' } as const;
const labels = Object.fromEntries(ranges.map(({ value, label }) => [value, label]));

export function Controls({ state, usage, setSearch }: ControlsProps) {
  const { metric, split, range, from, to, bucket, buckets, compare, filters } = state;
  const splitId = useId();
  const clear = () => setSearch(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  const chips = filterNames.flatMap((name) => {
    const value = filters[name];
    if (value === undefined) return [];
    const label = `${splitLabels[name]}: ${nameOfValue(value, name, usage?.names)}`;
    return [{ id: name, label, onRemove: () => setSearch({ [name]: undefined }) }];
  });
  return (
    <FilterBar chips={chips} onClear={clear}>
      <RangePicker
        range={{ preset: range, from, to }}
        presets={ranges.map(({ value }) => value)}
        labels={labels}
        onRange={(next) => {
          const days = next.preset === undefined;
          setSearch({
            range: next.preset === '30d' ? undefined : next.preset,
            from: days ? next.from : undefined,
            to: days ? (next.to ?? today()) : undefined,
            bucket: undefined,
          });
        }}
      />
      {buckets.length > 1 ? (
        <Segmented
          label="One bar is"
          value={bucket}
          options={buckets.map((value) => ({ value, label: bucketLabels[value] }))}
          onChange={(value) => setSearch({ bucket: value })}
        />
      ) : null}
      <div className="flex items-center gap-2 text-muted text-sm">
        <label htmlFor={splitId}>Split by</label>
        <Select
          id={splitId}
          className="w-36"
          value={split}
          onChange={(event) => setSearch({ by: event.target.value as Split, sort: undefined })}
        >
          {splitsFor(metric, filters).map((name) => (
            <option key={name} value={name}>
              {splitLabels[name]}
            </option>
          ))}
        </Select>
      </div>
      <Checkbox
        label="Compare with the period before"
        checked={compare}
        onChange={(checked) => setSearch({ compare: checked ? 'previous' : undefined })}
      />
    </FilterBar>
  );
}

function today(): string {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }).format(new Date());
}
