// The bar of filters above the list.
import { Combobox } from '../../../ui/combobox.tsx';
import { FilterBar } from '../../../ui/filter-bar.tsx';
import { SearchInput, Select } from '../../../ui/input.tsx';
import { RangePicker } from '../../../ui/range-picker.tsx';
import type { SetSearch } from '../../../ui/search-values.ts';
import { useTypedText } from '../../../ui/typed-text.ts';
import { chipsOf } from './filter-chips.ts';
import { useKeyOptions, useNames, useProjectOptions } from './filter-options.ts';
import { type FilterValues, filterNames, rangeOf, statusChoices } from './filter-values.ts';
import { MoreFilters } from './more-filters.tsx';

const presets = ['15m', '1h', '24h', '7d', '30d'];

interface RequestFiltersProps {
  readonly values: FilterValues;
  readonly set: SetSearch;
}

export function RequestFilters({ values, set }: RequestFiltersProps) {
  const models = useNames('/models');
  const projects = useProjectOptions();
  const keys = useKeyOptions(values.key);
  const chips = chipsOf(values, set, {
    key: keys.nameOf,
    project: (id) => projects?.find(({ value }) => value === id)?.label ?? id,
  });
  const clear = () => set(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  return (
    <FilterBar chips={chips} onClear={clear}>
      <IdSearch value={values.id ?? ''} onValue={(id) => set({ id })} />
      <div className="w-40 max-sm:w-[calc(50%-0.25rem)]">
        <Combobox
          label="Key"
          options={keys.options}
          onSearch={keys.onSearch}
          value={values.key ?? null}
          onValue={(key) => set({ key: key ?? undefined })}
          placeholder="Any key"
          none="Any key"
        />
      </div>
      <div className="w-40 max-sm:w-[calc(50%-0.25rem)]">
        <Combobox
          label="Model"
          options={models}
          value={values.model ?? null}
          onValue={(model) => set({ model: model ?? undefined })}
          placeholder="Any model"
          none="Any model"
        />
      </div>
      <Select
        aria-label="Status"
        className="w-36 max-sm:w-[calc(50%-0.25rem)]"
        value={values.status ?? ''}
        onChange={(event) => set({ status: event.target.value })}
      >
        <option value="">Any status</option>
        {statusChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <MoreFilters values={values} set={set} />
      <RangePicker
        range={rangeOf(values)}
        presets={presets}
        onRange={({ preset, from, to }) => set({ range: preset, from, to })}
      />
    </FilterBar>
  );
}

function IdSearch({ value, onValue }: { readonly value: string; readonly onValue: (text: string) => void }) {
  const [text, setText] = useTypedText(value, onValue);
  return <SearchInput label="Request id" value={text} onValue={setText} className="w-48 max-sm:w-full" />;
}
