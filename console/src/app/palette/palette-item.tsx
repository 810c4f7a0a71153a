// One line of the palette.
import { Command } from 'cmdk';
import type { LucideIcon } from 'lucide-react';

export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** At the right: a shortcut, a state. */
  readonly detail?: string;
  readonly keywords?: readonly string[];
  readonly run: () => void;
}

export interface PaletteItemProps {
  readonly entry: Entry;
  readonly onPick: (entry: Entry) => void;
}

export function PaletteItem({ entry, onPick }: PaletteItemProps) {
  const { id, label, icon: Icon, detail, keywords = [] } = entry;
  return (
    <Command.Item
      value={id}
      keywords={[label, ...keywords]}
      onSelect={() => onPick(entry)}
      className="flex h-9 cursor-pointer select-none items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-sunken max-sm:h-11"
    >
      <Icon size={15} aria-hidden="true" className="shrink-0 text-muted" />
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {label}
      </span>
      {detail ? <span className="shrink-0 text-faint text-xs">{detail}</span> : null}
    </Command.Item>
  );
}
