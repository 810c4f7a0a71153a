// By what the audit log is filtered: kind of thing, who, when. A press on an actor or a thing in the list sets the rest.
import { FilterBar, type FilterChip } from '../../ui/filter-bar.tsx';
import { SearchInput, Select } from '../../ui/input.tsx';
import { RangePicker } from '../../ui/range-picker.tsx';
import { useTypedText } from '../../ui/typed-text.ts';
import type { AuditSearch } from './audit-search.ts';
import { actorWords, kinds, kindWords } from './audit-words.ts';

export function AuditFilters({ search }: { readonly search: AuditSearch }) {
  const { values, set } = search;
  const chips: FilterChip[] = [
    { id: 'actor', value: values.actor, label: `By ${actorWords(values.actor ?? '')}` },
    { id: 'target', value: values.target, label: `About ${values.target}` },
    { id: 'action', value: values.action, label: `Action ${values.action}` },
  ]
    .filter(({ value }) => value !== undefined)
    .map(({ id, label }) => ({ id, label, onRemove: () => set({ [id]: undefined }) }));
  return (
    <FilterBar chips={chips} onClear={search.clear}>
      <TargetSearch value={values.target ?? ''} onValue={(target) => set({ target: target || undefined })} />
      <Select
        aria-label="Kind of thing"
        className="w-44 max-sm:w-full"
        value={values.kind ?? ''}
        onChange={(event) => set({ kind: event.target.value || undefined })}
      >
        <option value="">Everything</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords(kind)}
          </option>
        ))}
      </Select>
      <RangePicker range={search.range} onRange={search.setRange} presets={['24h', '7d', '30d']} />
    </FilterBar>
  );
}

/** The whole id: what it is looked up by. Asked once typing has paused. */
function TargetSearch({
  value,
  onValue,
}: {
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const [text, setText] = useTypedText(value, onValue);
  return (
    <SearchInput
      label="Id of what was changed"
      placeholder="Id: key_…, lim_…"
      className="w-56 max-sm:w-full"
      value={text}
      onValue={setText}
    />
  );
}
