// Limits that are made with a key: rows that come and go, with the focus in the row that it is about.
import { Plus } from 'lucide-react';
import { useRef } from 'react';
import { flushSync } from 'react-dom';
import { Button } from '../../ui/button.tsx';
import { firstLimit, LimitFields } from '../limits/limit-fields.tsx';
import type { KeyDraft } from './key-draft.ts';

interface NewLimitsProps {
  readonly draft: KeyDraft;
  readonly set: (change: Partial<KeyDraft>) => void;
  readonly errorOf: (param: string) => string | undefined;
}

export function NewLimits({ draft, set, errorOf }: NewLimitsProps) {
  const rows = useRef<HTMLDivElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  /** The row is on the page before the focus goes there; where there is none, it goes to the button. */
  const change = (limits: KeyDraft['limits'], place: number) => {
    flushSync(() => set({ limits }));
    const row = rows.current?.children[Math.min(place, limits.length - 1)];
    (row?.querySelector<HTMLElement>('select, input') ?? more.current)?.focus();
  };
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">Limits</legend>
      <p className="mb-2 text-faint text-xs">
        {draft.limits.length === 0 ? 'None of its own; those of its project count.' : 'Made with the key.'}
      </p>
      <div ref={rows} className="space-y-3">
        {draft.limits.map((limit, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: limits of a draft have no other name
            key={index}
            className="rounded-md border border-line bg-surface p-3"
          >
            <LimitFields
              draft={limit}
              onDraft={(changed) =>
                set({ limits: draft.limits.map((each, place) => (place === index ? changed : each)) })
              }
              who="This key"
              errors={{
                amount: errorOf(`limits[${index}].amount`),
                window: errorOf(`limits[${index}].window`),
              }}
              onRemove={() =>
                change(
                  draft.limits.filter((_, place) => place !== index),
                  index,
                )
              }
            />
          </div>
        ))}
      </div>
      <Button
        ref={more}
        size="sm"
        icon={<Plus size={14} />}
        className="mt-2"
        onClick={() => change([...draft.limits, firstLimit], draft.limits.length)}
      >
        Add a limit
      </Button>
    </fieldset>
  );
}
