// Days as small bars, each with its words as tooltip; the whole is one picture to a screen reader.

interface Day {
  readonly id: string;
  readonly value: number;
  readonly words: string;
}

export function DayBars({ label, days }: { readonly label: string; readonly days: readonly Day[] }) {
  const most = Math.max(...days.map(({ value }) => value), 0);
  return (
    <div role="img" aria-label={label} className="flex h-20 items-end gap-[3px]">
      {days.map(({ id, value, words }) => (
        <span key={id} title={words} className="group flex h-full flex-1 items-end">
          <span
            className={
              value > 0 ? 'w-full rounded-sm bg-accent group-hover:bg-accent-hover' : 'w-full bg-line'
            }
            // Something is never shown as nothing.
            style={{ height: value > 0 ? `${Math.max(4, (value / most) * 100)}%` : '1px' }}
          />
        </span>
      ))}
    </div>
  );
}
