// Limits that are close to their end: the next request under a full one is refused.
import { Link } from '@tanstack/react-router';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { type FullLimit, fullestLimits } from './fullest-limits.ts';
import type { useKeys, useLimits } from './questions.ts';

const shown = 4;

export function LimitsCard({
  limits,
  keys,
}: {
  readonly limits: ReturnType<typeof useLimits>;
  readonly keys: ReturnType<typeof useKeys>;
}) {
  const error = [limits, keys].find((answer) => answer.isError && answer.data === undefined)?.error;
  const rows = limits.data && keys.data ? fullestLimits(limits.data.data, keys.data.data, shown) : undefined;
  return (
    <Card
      title="Limits"
      description="Those with the least left"
      flush
      actions={
        <ButtonLink to="/limits" size="sm">
          All limits
        </ButtonLink>
      }
    >
      {error ? (
        <ErrorNote error={error} className="m-4" />
      ) : (
        <ul className="min-h-40 py-1">
          {rows?.map((row) => (
            <LimitLine key={row.id} row={row} />
          ))}
          {rows === undefined ? (
            <li className="space-y-3 px-4 py-3">
              <Skeleton className="h-4 w-2/3" />
              <Skeleton className="h-4 w-1/2" />
            </li>
          ) : null}
          {rows?.length === 0 ? (
            <li className="px-4 py-3 text-muted text-sm">
              {limits.data?.data.length === 0
                ? 'There are no limits: every key may spend as much as the providers sell.'
                : 'No limit has been used in its current window.'}
            </li>
          ) : null}
        </ul>
      )}
    </Card>
  );
}

function LimitLine({ row }: { readonly row: FullLimit }) {
  const { whose, used, held, amount, words, resetsAt, keyId } = row;
  return (
    <li className="px-4 py-2">
      <div className="mb-1 flex items-baseline justify-between gap-3 text-sm">
        {keyId ? (
          <Link
            dir="auto"
            to="/keys/$id"
            params={{ id: keyId }}
            className="min-w-0 truncate rounded hover:underline"
          >
            {whose}
          </Link>
        ) : (
          <span dir="auto" className="min-w-0 truncate">
            {whose}
          </span>
        )}
        <span className="shrink-0 text-faint text-xs">
          {resetsAt ? (
            <>
              resets <TimeAgo at={resetsAt} />
            </>
          ) : null}
        </span>
      </div>
      <Meter label={whose} used={used} held={held} limit={amount} words={words} />
    </li>
  );
}
