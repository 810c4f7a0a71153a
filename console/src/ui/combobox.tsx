// Picks one of many, or several, by typing: keys, models, projects. The list may come from the server while one types.
import { Command } from 'cmdk';
import { Check, ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { cx } from './class-names.ts';
import type { ControlProps } from './field.tsx';
import { controlClass } from './input.tsx';
import { useListKeys } from './list-keys.ts';
import { matchOptions } from './match-options.ts';
import { MoreOptions } from './more-options.tsx';

export interface ComboboxOption {
  readonly value: string;
  readonly label: string;
  /** At the right: a price, a state. */
  readonly detail?: ReactNode;
  /** Also found by these words. */
  readonly keywords?: readonly string[];
  readonly disabled?: boolean;
}

interface Shared {
  readonly control?: Partial<ControlProps>;
  /** When no `<label>` names it. */
  readonly label?: string;
  readonly options: readonly ComboboxOption[] | undefined;
  readonly placeholder: string;
  readonly searchPlaceholder?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  /** For lists that the server searches. */
  readonly onSearch?: (text: string) => void;
  /** Offers what was typed, when nothing has that name: `Create project “x”`. */
  readonly create?: { readonly label: (text: string) => string; readonly onCreate: (text: string) => void };
  /** A choice that means none: `Any model`. */
  readonly none?: string;
}

export interface ComboboxProps extends Shared {
  readonly value: string | null;
  readonly onValue: (value: string | null) => void;
}

export function Combobox({ value, onValue, ...rest }: ComboboxProps) {
  const chosen = rest.options?.find((option) => option.value === value);
  return (
    <Picker
      {...rest}
      shown={value === null ? undefined : (chosen?.label ?? value)}
      isChosen={(option) => option === value}
      onPick={onValue}
      closes
    />
  );
}

export interface MultiComboboxProps extends Shared {
  readonly values: readonly string[];
  readonly onValues: (values: readonly string[]) => void;
}

export function MultiCombobox({ values, onValues, ...rest }: MultiComboboxProps) {
  const labels = values.map(
    (value) => rest.options?.find((option) => option.value === value)?.label ?? value,
  );
  const shown =
    labels.length > 3 ? `${labels.slice(0, 2).join(', ')} and ${labels.length - 2} more` : labels.join(', ');
  return (
    <Picker
      {...rest}
      shown={labels.length === 0 ? undefined : shown}
      isChosen={(option) => values.includes(option)}
      onPick={(option) => {
        if (option === null) onValues([]);
        else
          onValues(values.includes(option) ? values.filter((each) => each !== option) : [...values, option]);
      }}
      closes={false}
    />
  );
}

interface PickerProps extends Shared {
  readonly shown: string | undefined;
  readonly isChosen: (value: string) => boolean;
  readonly onPick: (value: string | null) => void;
  readonly closes: boolean;
}

function Picker(props: PickerProps) {
  const { control, label, placeholder, disabled = false, className, shown } = props;
  const { open, setOpen, begun, trigger, content, onTriggerKey } = useListKeys(props.onSearch);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          {...control}
          ref={trigger}
          type="button"
          role="combobox"
          onKeyDown={onTriggerKey}
          aria-expanded={open}
          aria-haspopup="listbox"
          aria-label={label && !control?.id ? `${label}: ${shown ?? placeholder}` : undefined}
          disabled={disabled}
          className={cx(
            controlClass,
            'flex h-8 items-center justify-between gap-2 px-2.5 text-left max-sm:min-h-10',
            className,
          )}
        >
          <span dir="auto" className={cx('truncate', shown === undefined && 'text-faint')}>
            {shown ?? placeholder}
          </span>
          <ChevronsUpDown size={14} aria-hidden="true" className="shrink-0 text-faint" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          {...content}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-[max(var(--radix-popover-trigger-width),16rem)] max-w-[calc(100vw-16px)] animate-rise rounded-lg border border-line bg-raised shadow-pop"
        >
          <Options {...props} begun={begun} onClose={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Options({
  label,
  options,
  placeholder,
  searchPlaceholder,
  onSearch,
  create,
  none,
  isChosen,
  onPick,
  closes,
  begun,
  onClose,
}: PickerProps & { readonly begun: string; readonly onClose: () => void }) {
  const [text, setText] = useState(begun);
  const typed = text.trim();
  const pick = (value: string | null) => {
    onPick(value);
    if (closes) onClose();
  };
  const { shown, more } =
    onSearch || !options ? { shown: options ?? [], more: 0 } : matchOptions(options, typed);
  const isNew = typed !== '' && !options?.some((option) => option.label === typed);
  return (
    <Command shouldFilter={false} label={label ?? placeholder}>
      <Command.Input
        value={text}
        onValueChange={(next) => {
          setText(next);
          onSearch?.(next);
        }}
        placeholder={searchPlaceholder ?? 'Search…'}
        className="h-9 w-full border-line border-b bg-transparent px-3 text-sm outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="px-2 py-3 text-faint text-sm">
          {options === undefined ? 'Loading…' : 'Nothing has that name.'}
        </Command.Empty>
        {none !== undefined && typed === '' ? (
          <Item value=" none" label={none} chosen={false} onSelect={() => pick(null)} />
        ) : null}
        {shown.map((option) => (
          <Item
            key={option.value}
            value={option.value}
            label={option.label}
            detail={option.detail}
            disabled={option.disabled ?? false}
            chosen={isChosen(option.value)}
            onSelect={() => pick(option.value)}
          />
        ))}
        <MoreOptions count={more} />
        {create && isNew ? (
          <Item
            value={` create ${typed}`}
            label={create.label(typed)}
            chosen={false}
            onSelect={() => {
              create.onCreate(typed);
              if (closes) onClose();
            }}
          />
        ) : null}
      </Command.List>
    </Command>
  );
}

interface ItemProps {
  readonly value: string;
  readonly label: string;
  readonly detail?: ReactNode;
  readonly disabled?: boolean;
  readonly chosen: boolean;
  readonly onSelect: () => void;
}

function Item({ value, label, detail, disabled = false, chosen, onSelect }: ItemProps) {
  return (
    <Command.Item
      value={value}
      disabled={disabled}
      onSelect={onSelect}
      className="flex cursor-pointer select-none items-center gap-2 rounded px-2 py-1.5 text-sm data-[disabled=true]:cursor-not-allowed data-[disabled=true]:opacity-50 data-[selected=true]:bg-sunken max-sm:py-2.5"
    >
      <Check size={14} aria-hidden="true" className={cx('shrink-0', !chosen && 'invisible')} />
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {label}
      </span>
      {chosen ? <span className="sr-only">chosen</span> : null}
      {detail ? <span className="shrink-0 text-faint text-xs">{detail}</span> : null}
    </Command.Item>
  );
}
