// Search and filters above a list, with what is set as chips that can be taken away one by one.
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

export interface FilterChip {
  readonly id: string;
  /** `Model: gpt-5.1` */
  readonly label: string;
  readonly onRemove: () => void;
}

export interface FilterBarProps {
  readonly children: ReactNode;
  readonly chips?: readonly FilterChip[];
  readonly onClear?: () => void;
}

export function FilterBar({ children, chips = [], onClear }: FilterBarProps) {
  return (
    <search className="mb-3 block">
      <div className="flex flex-wrap items-center gap-2">{children}</div>
      {chips.length > 0 ? (
        <ul aria-label="Filters that are set" className="mt-2 flex flex-wrap items-center gap-1.5">
          {chips.map((chip) => (
            <li
              key={chip.id}
              className="inline-flex h-6 items-center gap-1 rounded bg-accent-soft pr-1 pl-2 text-accent-text text-xs"
            >
              <span dir="auto" className="max-w-60 truncate">
                {chip.label}
              </span>
              <button
                type="button"
                aria-label={`Remove filter ${chip.label}`}
                onClick={chip.onRemove}
                className="rounded p-0.5 hover:bg-surface"
              >
                <X size={12} aria-hidden="true" />
              </button>
            </li>
          ))}
          {onClear && chips.length > 1 ? (
            <li>
              <button
                type="button"
                onClick={onClear}
                className="rounded px-1 text-muted text-xs hover:text-ink"
              >
                Clear all
              </button>
            </li>
          ) : null}
        </ul>
      ) : null}
    </search>
  );
}
