// The newest requests that ended with an error.
import { Link } from '@tanstack/react-router';
import type { Request } from '../../api/contract.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { useNewestErrors } from './questions.ts';

export function NewestErrors() {
  const errors = useNewestErrors();
  const rows = errors.data?.data;
  return (
    <Card
      title="Newest errors"
      description="Of the last 7 days"
      flush
      actions={
        <ButtonLink to="/requests" search={{ status: 'error', range: '7d' } as never} size="sm">
          All errors
        </ButtonLink>
      }
    >
      {errors.isError && rows === undefined ? (
        <ErrorNote error={errors.error} className="m-4" />
      ) : (
        <ul className="py-1">
          {rows?.map((request) => (
            <ErrorLine key={request.id} request={request} />
          ))}
          {rows === undefined ? (
            <li className="space-y-3 px-4 py-3">
              <Skeleton className="h-4 w-2/3" />
              <Skeleton className="h-4 w-1/2" />
            </li>
          ) : null}
          {rows?.length === 0 ? (
            <li className="px-4 py-3 text-muted text-sm">No request ended with an error.</li>
          ) : null}
        </ul>
      )}
    </Card>
  );
}

function ErrorLine({ request }: { readonly request: Request }) {
  return (
    <li>
      <Link
        to="/requests/$id"
        params={{ id: request.id }}
        className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 px-4 py-2 text-sm -outline-offset-2 hover:bg-sunken/60 sm:grid-cols-[14rem_1fr_1fr_6rem]"
      >
        <span className="truncate font-mono text-bad-text text-xs">{request.error}</span>
        <span className="truncate max-sm:col-start-1 max-sm:text-muted max-sm:text-xs">
          {request.model} <span className="text-faint">at {request.provider}</span>
        </span>
        <span dir="auto" className="truncate text-muted max-sm:hidden">
          {request.key_name ?? request.key_id}
        </span>
        <span className="text-right text-faint text-xs max-sm:col-start-2 max-sm:row-start-1">
          <TimeAgo at={request.started_at} />
        </span>
      </Link>
    </li>
  );
}
