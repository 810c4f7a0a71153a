// Chooses the model of a lane: by typing its name or its provider, with price, size and state of each beside it.
import { Command } from 'cmdk';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import type { PlaygroundModel } from '../../../api/contract.ts';
import { StatusDot } from '../../../ui/badge.tsx';
import { buttonClass } from '../../../ui/button.tsx';
import { cx } from '../../../ui/class-names.ts';
import { matchOptions } from '../../../ui/match-options.ts';
import { MoreOptions } from '../../../ui/more-options.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { usePlaygroundView } from './context.ts';
import { abilityWords, contextWords, priceWords, stateWords } from './model-words.ts';

export interface ModelPickerProps {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
  readonly onValue: (name: string) => void;
}

export function ModelPicker({ value, label, disabled = false, onValue }: ModelPickerProps) {
  const [open, setOpen] = useState(false);
  const { models } = usePlaygroundView();
  const chosen = models.find(({ name }) => name === value);
  return (
    <Popover
      label={label}
      open={open}
      onOpenChange={setOpen}
      className="w-[30rem]"
      trigger={
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          aria-haspopup="listbox"
          aria-label={`${label}: ${value}`}
          disabled={disabled}
          className={cx(buttonClass({ variant: 'secondary' }), 'min-w-0 max-w-full shrink hover:bg-sunken')}
        >
          {chosen ? <Dot model={chosen} /> : null}
          <span className="truncate font-mono text-xs">{value || 'Choose a model'}</span>
          <ChevronsUpDown size={13} aria-hidden="true" className="shrink-0 text-faint" />
        </button>
      }
    >
      <ModelList
        label={label}
        value={value}
        onPick={(name) => {
          setOpen(false);
          onValue(name);
        }}
      />
    </Popover>
  );
}

interface ModelListProps {
  readonly label: string;
  readonly value: string;
  readonly onPick: (name: string) => void;
}

/** With a search of its own: it begins anew each time the list opens. */
function ModelList({ label, value, onPick }: ModelListProps) {
  const [typed, setTyped] = useState('');
  const { models } = usePlaygroundView();
  const options = models.map((model) => ({
    model,
    value: model.name,
    label: model.name,
    keywords: model.providers,
  }));
  const { shown, more } = matchOptions(options, typed);
  return (
    <Command shouldFilter={false} label={label} className="-m-3">
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder="Search models and providers…"
        className="h-9 w-full border-line border-b bg-transparent px-3 text-sm outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-80 overflow-y-auto p-1">
        <Command.Empty className="px-2 py-3 text-faint text-sm">No model has that name.</Command.Empty>
        {shown.map(({ model }) => (
          <ModelItem
            key={model.name}
            model={model}
            chosen={model.name === value}
            onSelect={() => onPick(model.name)}
          />
        ))}
        <MoreOptions count={more} />
      </Command.List>
    </Command>
  );
}

interface ModelItemProps {
  readonly model: PlaygroundModel;
  readonly chosen: boolean;
  readonly onSelect: () => void;
}

function ModelItem({ model, chosen, onSelect }: ModelItemProps) {
  const { label, tone } = stateWords(model);
  return (
    <Command.Item
      value={model.name}
      onSelect={onSelect}
      className="flex cursor-pointer select-none items-start gap-2 rounded px-2 py-1.5 data-[selected=true]:bg-sunken max-sm:py-2.5"
    >
      <Check size={14} aria-hidden="true" className={cx('mt-1 shrink-0', !chosen && 'invisible')} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center justify-between gap-3">
          <span className="truncate font-mono text-xs">{model.name}</span>
          <span className="shrink-0 text-xs">
            <StatusDot tone={tone} live={model.state === 'loading'}>
              <span className="text-muted text-xs">{label}</span>
            </StatusDot>
          </span>
        </div>
        <p className="truncate text-faint text-xs">
          {[model.providers.join(', '), priceWords(model), contextWords(model), abilityWords(model)]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {chosen ? <span className="sr-only">chosen</span> : null}
    </Command.Item>
  );
}

const dots = {
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  neutral: 'bg-faint',
  accent: 'bg-accent',
} as const;

/** The state in the button, where there is no room for words: they are in the line below it. */
function Dot({ model }: { readonly model: PlaygroundModel }) {
  const { tone } = stateWords(model);
  return <span aria-hidden="true" className={cx('size-1.5 shrink-0 rounded-full', dots[tone])} />;
}
