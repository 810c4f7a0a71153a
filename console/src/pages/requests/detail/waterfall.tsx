// The timeline as a waterfall: one line for each step, all on the same axis. A table for screen readers, with the same words.
import { useEffect, useState } from 'react';
import type { RequestDetail } from '../../../api/contract.ts';
import { Card } from '../../../ui/card.tsx';
import { cx } from '../../../ui/class-names.ts';
import { formatDuration } from '../../../ui/format/quantity.ts';
import { type Bar, type BarKind, marksOf, timelineOf } from './timeline.ts';

const colours: Record<BarKind, string> = {
  gateway: 'bg-faint',
  waiting: 'bg-[var(--chart-6)]',
  streaming: 'bg-good',
  failed: 'bg-bad',
};

const legend: readonly (readonly [BarKind, string])[] = [
  ['gateway', 'Gateway'],
  ['waiting', 'Waiting for the upstream'],
  ['streaming', 'Answer'],
  ['failed', 'Failed attempt'],
];

export function Waterfall({ request }: { readonly request: RequestDetail }) {
  const elapsed = useElapsed(request);
  const { bars, length } = timelineOf(request, elapsed);
  const kinds = new Set(bars.map(({ kind }) => kind));
  return (
    <Card
      title="Timeline"
      description={
        request.recovered
          ? 'Its node broke down: what is not known has no bar.'
          : `${formatDuration(length)} from the first byte to ${request.state === 'held' ? 'now' : 'the end'}`
      }
      actions={
        <ul aria-label="Colours" className="flex flex-wrap gap-x-3 gap-y-1 text-muted text-xs">
          {legend
            .filter(([kind]) => kinds.has(kind))
            .map(([kind, words]) => (
              <li key={kind} className="flex items-center gap-1.5">
                <span aria-hidden="true" className={cx('size-2 rounded-sm', colours[kind])} />
                {words}
              </li>
            ))}
        </ul>
      }
    >
      {bars.length === 0 ? (
        <p className="text-muted text-sm">Nothing is known of its steps.</p>
      ) : (
        <table className="w-full table-fixed text-sm max-sm:block">
          <caption className="sr-only">Steps of the request, in milliseconds since it was received</caption>
          <colgroup>
            <col className="w-[34%]" />
            <col />
            <col className="w-20" />
          </colgroup>
          <thead className="sr-only">
            <tr>
              <th scope="col">Step</th>
              <th scope="col">From and to</th>
              <th scope="col">Took</th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {bars.map((bar) => (
              <Row key={bar.id} bar={bar} length={length} />
            ))}
          </tbody>
        </table>
      )}
      {bars.length === 0 ? null : <Axis length={length} />}
    </Card>
  );
}

const share = (ms: number, length: number) => `${((ms / length) * 100).toFixed(3)}%`;

function Row({ bar, length }: { readonly bar: Bar; readonly length: number }) {
  const { name, detail, kind, start, end, open } = bar;
  return (
    <tr className="align-middle max-sm:mb-2 max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-end">
      <th scope="row" className="min-w-0 py-1.5 pr-3 text-left font-normal max-sm:pb-0.5">
        <span className="block truncate font-medium" title={name}>
          {name}
        </span>
        {detail ? (
          <span className="block truncate text-faint text-xs" title={detail}>
            {detail}
          </span>
        ) : null}
      </th>
      <td className="py-1.5 max-sm:order-last max-sm:col-span-2 max-sm:py-0.5">
        <span className="sr-only">
          {formatDuration(start)} to {formatDuration(end)}
        </span>
        <span aria-hidden="true" className="relative block h-4 rounded bg-sunken">
          <span
            className={cx('absolute inset-y-0 min-w-0.5 rounded', colours[kind], open && 'animate-wait')}
            style={{
              left: `min(${share(start, length)}, calc(100% - 2px))`,
              width: share(end - start, length),
            }}
          />
        </span>
      </td>
      <td className="py-1.5 pl-3 text-right text-muted text-xs tabular-nums max-sm:pb-0.5">
        {formatDuration(end - start)}
      </td>
    </tr>
  );
}

function Axis({ length }: { readonly length: number }) {
  return (
    <div aria-hidden="true" className="mt-1 flex text-2xs text-faint tabular-nums">
      <span className="w-[34%] shrink-0 max-sm:hidden" />
      <span className="relative h-4 flex-1">
        {marksOf(length).map((mark) => (
          <span
            key={mark}
            style={{ left: share(mark, length) }}
            className={cx('absolute whitespace-nowrap', mark > 0 && '-translate-x-1/2')}
          >
            {formatDuration(mark)}
          </span>
        ))}
      </span>
      <span className="w-20 shrink-0 max-sm:w-4" />
    </div>
  );
}

/** Ms since it was received, while it is under way. */
function useElapsed({ state, started_at: startedAt }: RequestDetail): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (state !== 'held') return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [state]);
  return Math.max(now - Date.parse(startedAt), 1);
}
