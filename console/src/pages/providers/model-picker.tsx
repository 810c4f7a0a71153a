// Models that a provider offers, to be picked: found by typing, with what each costs where that is known.
import { useState } from 'react';
import type { OfferedModel } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { formatCount, formatCountShort, plural } from '../../ui/format/quantity.ts';
import { SearchInput } from '../../ui/input.tsx';
import { priceWords } from '../../ui/routing/price-words.ts';
import { scrollsByKeyboard } from '../../ui/scroll-region.ts';
import { Checkbox } from '../../ui/toggle.tsx';

interface ModelPickerProps {
  readonly offered: readonly OfferedModel[];
  readonly cut: boolean;
  readonly picked: ReadonlySet<string>;
  readonly onPicked: (picked: ReadonlySet<string>) => void;
}

/** More are found by typing. */
const mostShown = 100;

export function ModelPicker({ offered, cut, picked, onPicked }: ModelPickerProps) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = offered.filter(({ id }) => id.toLowerCase().includes(wanted));
  const toggle = (id: string, on: boolean) => {
    const next = new Set(picked);
    if (on) next.add(id);
    else next.delete(id);
    onPicked(next);
  };
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <SearchInput
          label={`Find one of ${plural(offered.length, 'model')}`}
          className="w-full sm:w-72"
          value={text}
          onValue={setText}
        />
        <p role="status" className="text-faint text-xs">
          {formatCount(picked.size)} picked
        </p>
      </div>
      <section
        {...scrollsByKeyboard}
        aria-label="Models that it offers"
        className="max-h-64 overflow-y-auto rounded-md border border-line bg-canvas"
      >
        <ul className="divide-y divide-line">
          {found.slice(0, mostShown).map((model) => (
            <li key={model.id} className="flex items-start justify-between gap-3 px-3 py-2">
              <Checkbox
                label={<span className="break-all font-mono text-xs">{model.id}</span>}
                checked={picked.has(model.id)}
                onChange={(on) => toggle(model.id, on)}
              />
              <span className="flex shrink-0 items-center gap-2 text-right text-faint text-xs tabular-nums">
                {model.routed ? <Badge>routed</Badge> : null}
                {model.context_window === null ? null : (
                  <span>{formatCountShort(model.context_window)} ctx</span>
                )}
                <span>{model.price === null ? 'price not known' : priceWords(model.price)}</span>
              </span>
            </li>
          ))}
          {found.length === 0 ? (
            <li className="px-3 py-4 text-center text-faint text-sm">Nothing has that name.</li>
          ) : null}
        </ul>
      </section>
      {found.length > mostShown || cut ? (
        <p className="mt-1 text-faint text-xs">
          {cut ? 'It offers more than are listed. ' : ''}
          {found.length > mostShown ? `The first ${mostShown} are shown: type to find the others.` : ''}
        </p>
      ) : null}
    </div>
  );
}
