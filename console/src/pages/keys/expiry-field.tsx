// When a key ends: in a few steps from now, at a moment of choice, or never.

import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { formatAbsolute } from '../../ui/format/time.ts';
import { Input } from '../../ui/input.tsx';
import { localTime } from './key-draft.ts';

interface ExpiryFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly error: string | undefined;
}

const dayMs = 86_400_000;
const presets = [
  { label: '7 days', days: 7 },
  { label: '30 days', days: 30 },
  { label: '90 days', days: 90 },
  { label: '1 year', days: 365 },
] as const;

export function ExpiryField({ value, onValue, error }: ExpiryFieldProps) {
  const at = value === '' ? Number.NaN : Date.parse(value);
  return (
    <Field
      label="Expires"
      error={error}
      hint={
        Number.isNaN(at)
          ? 'Never, until it is disabled or revoked.'
          : `Clients using it get 403 from ${formatAbsolute(at)} on.`
      }
    >
      {(control) => (
        <div className="space-y-2">
          <div className="flex flex-wrap gap-1.5">
            {presets.map(({ label, days }) => (
              <Button
                key={days}
                size="sm"
                onClick={() => onValue(localTime(new Date(Date.now() + days * dayMs)))}
              >
                {label}
              </Button>
            ))}
            <Button size="sm" onClick={() => onValue('')} disabled={value === ''}>
              Never
            </Button>
          </div>
          <Input
            {...control}
            type="datetime-local"
            value={value}
            min={localTime(new Date())}
            onChange={(event) => onValue(event.target.value)}
          />
        </div>
      )}
    </Field>
  );
}
