// A range of time: the last hours or days, or from one day to another. In the address it is `range=7d`, or `from` and
// `to`; the admin API takes both as they are.
import { CalendarRange } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { formatDate } from './format/time.ts';
import { Input } from './input.tsx';
import { Popover } from './popover.tsx';
import { Segmented } from './toggle.tsx';

export interface Range {
  /** `24h`, `7d`; undefined for one from day to day. */
  readonly preset?: string | undefined;
  /** `2026-11-01`: both days are in it. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface RangePickerProps {
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly presets?: readonly string[];
  /** Of presets that are not their own label. */
  readonly labels?: Readonly<Record<string, string>>;
}

export const usualPresets = ['1h', '24h', '7d', '30d', '90d'] as const;

export function RangePicker({ range, onRange, presets = usualPresets, labels = {} }: RangePickerProps) {
  const [open, setOpen] = useState(false);
  const custom = range.preset === undefined && range.from !== undefined;
  return (
    <div className="flex min-w-0 max-w-full flex-wrap items-center gap-2">
      <Segmented
        className="max-w-full overflow-x-auto [scrollbar-width:none]"
        label="Range of time"
        value={custom ? '' : (range.preset ?? '')}
        options={presets.map((preset) => ({ value: preset, label: labels[preset] ?? preset }))}
        onChange={(preset) => onRange({ preset })}
      />
      <Popover
        label="Days from and to"
        open={open}
        onOpenChange={setOpen}
        align="end"
        trigger={
          <Button size="sm" icon={<CalendarRange size={14} />} className={custom ? 'border-accent' : ''}>
            {custom ? words(range) : 'Days'}
          </Button>
        }
      >
        <Days
          key={`${range.from} ${range.to}`}
          range={range}
          onRange={(next) => {
            onRange(next);
            setOpen(false);
          }}
        />
      </Popover>
    </div>
  );
}

function Days({ range, onRange }: { readonly range: Range; readonly onRange: (range: Range) => void }) {
  const [from, setFrom] = useState(range.from ?? '');
  const [to, setTo] = useState(range.to ?? '');
  const backwards = from !== '' && to !== '' && to < from;
  return (
    <form
      className="w-56 space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (from !== '' && !backwards) onRange({ from, to: to || undefined });
      }}
    >
      <Field label="From">
        {(control) => (
          <Input {...control} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        )}
      </Field>
      <Field label="Up to and with" error={backwards ? 'This day is before the first one.' : undefined}>
        {(control) => (
          <Input {...control} type="date" value={to} onChange={(event) => setTo(event.target.value)} />
        )}
      </Field>
      <Button type="submit" variant="primary" disabled={from === '' || backwards} className="w-full">
        Show these days
      </Button>
    </form>
  );
}

const words = ({ from, to }: Range) =>
  [from, to].map((day) => (day ? formatDate(new Date(`${day}T00:00:00`).getTime()) : 'now')).join(' – ');

/** What the admin API is asked: `from` and `to`, the last day included. */
export function rangeQuery({ preset, from, to }: Range): { from?: string; to?: string } {
  if (preset !== undefined) return { from: `-${preset}` };
  const end = to === undefined ? undefined : new Date(`${to}T00:00:00`);
  end?.setDate(end.getDate() + 1);
  return {
    ...(from === undefined ? {} : { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(end === undefined ? {} : { to: end.toISOString() }),
  };
}
