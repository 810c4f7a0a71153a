// The list on phones: each request a card that is a link.
import { Link } from '@tanstack/react-router';
import type { Request } from '../../../api/contract.ts';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Duration, Money, Tokens } from '../../../ui/values.tsx';
import { StatusMark } from '../status-mark.tsx';
import { ModelPath, Moment, type TimeStyle } from './columns.tsx';

interface RequestCardsProps {
  readonly rows: readonly Request[] | undefined;
  readonly time: TimeStyle;
}

const expectedCards = 6;

export function RequestCards({ rows, time }: RequestCardsProps) {
  return (
    <ul aria-label="Requests" className="space-y-2 md:hidden">
      {rows === undefined
        ? Array.from({ length: expectedCards }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other name
            <li key={index} className="rounded-lg border border-line bg-surface px-3.5 py-3">
              <Skeleton className="mb-2 h-4 w-2/3" />
              <Skeleton className="h-3.5 w-1/2" />
            </li>
          ))
        : rows.map((request) => (
            <li key={request.id} className="[content-visibility:auto] [contain-intrinsic-size:auto_6rem]">
              <Link
                to="/requests/$id"
                params={{ id: request.id }}
                data-request={request.id}
                className="block rounded-lg border border-line bg-surface px-3.5 py-3 active:bg-sunken"
              >
                <Card request={request} time={time} />
              </Link>
            </li>
          ))}
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
        <span className="max-w-44 truncate">{name ?? id}</span>
        <span>
          <Tokens count={usage?.input_tokens} /> in · <Tokens count={usage?.output_tokens} /> out
        </span>
        <Money nano={cost} />
        <Duration ms={duration} />
      </span>
    </>
  );
}
