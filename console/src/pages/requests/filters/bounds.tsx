// A lower and an upper bound of one quantity, in the popover of further filters.
import { useId } from 'react';
import { Input } from '../../../ui/input.tsx';

export interface BoundsProps {
  readonly legend: string;
  readonly unit: string;
  readonly least: string;
  readonly most: string;
  readonly onLeast: (value: string) => void;
  readonly onMost: (value: string) => void;
  readonly step?: string;
}

export function Bounds({ legend, unit, least, most, onLeast, onMost, step = '1' }: BoundsProps) {
  const id = useId();
  const shared = { type: 'number', min: 0, step, inputMode: 'decimal' as const, 'aria-describedby': id };
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">
        {legend}{' '}
        <span id={id} className="font-normal text-faint text-xs">
          in {unit}
        </span>
      </legend>
      <div className="flex items-center gap-2">
        <Input
          {...shared}
          aria-label={`${legend}, at least`}
          placeholder="at least"
          value={least}
          onChange={(event) => onLeast(event.target.value)}
        />
        <span aria-hidden="true" className="text-faint">
          –
        </span>
        <Input
          {...shared}
          aria-label={`${legend}, at most`}
          placeholder="at most"
          value={most}
          onChange={(event) => onMost(event.target.value)}
        />
      </div>
    </fieldset>
  );
}
