// Pairs of one's own: a cost centre, an owner, a ticket. Up to 16.
import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';

export type Pair = readonly [name: string, value: string];

interface MetadataFieldsProps {
  readonly pairs: readonly Pair[];
  readonly onPairs: (pairs: readonly Pair[]) => void;
  readonly error: string | undefined;
}

const mostPairs = 16;

export function MetadataFields({ pairs, onPairs, error }: MetadataFieldsProps) {
  const change = (index: number, pair: Pair) =>
    onPairs(pairs.map((each, place) => (place === index ? pair : each)));
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">Metadata</legend>
      <p className="mb-2 text-faint text-xs">
        Pairs of your own, such as a cost centre. The gateway only keeps them.
      </p>
      <div className="space-y-2">
        {pairs.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pair has no name but the one being typed
          <div key={index} className="grid grid-cols-[1fr_1fr_auto] gap-2">
            <Input
              aria-label={`Name ${index + 1}`}
              placeholder="cost_centre"
              maxLength={64}
              value={name}
              onChange={(event) => change(index, [event.target.value, value])}
            />
            <Input
              aria-label={`Value ${index + 1}`}
              maxLength={512}
              value={value}
              onChange={(event) => change(index, [name, event.target.value])}
            />
            <IconButton
              label={`Remove pair ${index + 1}`}
              icon={<Trash2 size={15} />}
              onClick={() => onPairs(pairs.filter((_, place) => place !== index))}
            />
          </div>
        ))}
      </div>
      {pairs.length < mostPairs ? (
        <Button
          size="sm"
          icon={<Plus size={14} />}
          className="mt-2"
          onClick={() => onPairs([...pairs, ['', '']])}
        >
          Add a pair
        </Button>
      ) : null}
      <p role="alert" className="mt-1 text-bad-text text-xs empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}

export function pairsOf(metadata: Readonly<Record<string, string>> | null): readonly Pair[] {
  return Object.entries(metadata ?? {});
}

/** `null`: none. Pairs without a name are left out. */
export function metadataOf(pairs: readonly Pair[]): Record<string, string> | null {
  const named = pairs.filter(([name]) => name.trim() !== '').map(([name, value]) => [name.trim(), value]);
  return named.length === 0 ? null : Object.fromEntries(named);
}
