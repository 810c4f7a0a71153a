// The list on phones: each request a card that is a link. As in the table, only what is in sight is in the document.
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import type { Request } from '../../../api/contract.ts';
import { StatusMark } from '../../../ui/request-status-mark.tsx';
import { Loading, Skeleton } from '../../../ui/skeleton.tsx';
import { Duration, Money, Tokens } from '../../../ui/values.tsx';
import { ModelPath, Moment, type TimeStyle } from './columns.tsx';
import { useNearEnd, usePageOffset } from './window-list.ts';

interface RequestCardsProps {
  readonly rows: readonly Request[] | undefined;
  readonly time: TimeStyle;
  readonly onNearEnd: () => void;
}

const expectedCards = 6;
/** With the gap behind it; those in sight are measured. */
const cardHeight = 106;

export function RequestCards({ rows, time, onNearEnd }: RequestCardsProps) {
  const { frame, top } = usePageOffset<HTMLUListElement>();
  const count = rows?.length ?? 0;
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => cardHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => rows?.[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  useNearEnd(items.at(-1)?.index, count, onNearEnd);
  return (
    <ul
      ref={frame}
      aria-label="Requests"
      className="relative"
      style={rows === undefined ? undefined : { height: virtual.getTotalSize() }}
    >
      {rows === undefined
        ? Array.from({ length: expectedCards }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other name
            <li key={index} className="mb-2 rounded-lg border border-line bg-surface px-3.5 py-3">
              {index === 0 ? <Loading label="Loading requests" /> : null}
              <Skeleton className="mb-2 h-4 w-2/3" />
              <Skeleton className="h-3.5 w-1/2" />
            </li>
          ))
        : items.map((item) => {
            const request = rows[item.index];
            if (!request) return null;
            return (
              <li
                key={request.id}
                ref={virtual.measureElement}
                data-index={item.index}
                aria-setsize={count}
                aria-posinset={item.index + 1}
                className="absolute inset-x-0 top-0 pb-2"
                style={{ transform: `translateY(${item.start - top}px)` }}
              >
                <Link
                  to="/requests/$id"
                  params={{ id: request.id }}
                  data-request={request.id}
                  className="block rounded-lg border border-line bg-surface px-3.5 py-3 active:bg-sunken"
                >
                  <Card request={request} time={time} />
                </Link>
              </li>
            );
          })}
    </ul>
  );
}

function Card({ request, time }: { readonly request: Request; readonly time: TimeStyle }) {
  const { usage, cost_nanousd: cost, duration_ms: duration, key_name: name, key_id: id } = request;
  return (
    <>
      <span className="flex items-baseline justify-between gap-3">
        <StatusMark request={request} />
        <span className="shrink-0 text-muted text-xs">
          <Moment at={request.started_at} style={time} />
        </span>
      </span>
      <span className="mt-1 block text-sm">
        <ModelPath request={request} />
      </span>
      <span className="mt-1 flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-muted text-xs">
        <span dir="auto" className="max-w-44 truncate">
          {name ?? id}
        </span>
        <span>
          <Tokens count={usage?.input_tokens} /> in · <Tokens count={usage?.output_tokens} /> out
        </span>
        <Money nano={cost} />
        <Duration ms={duration} />
      </span>
    </>
  );
}
