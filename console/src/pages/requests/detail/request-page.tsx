// One request: what it cost and why, when each of its steps was, which upstreams were tried, and what was said where that is kept.
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { pathOf } from '../../../api/client.ts';
import type { RequestDetail } from '../../../api/contract.ts';
import { ApiError } from '../../../api/error.ts';
import { resource } from '../../../api/queries.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { ButtonLink } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { StatusMark } from '../../../ui/request-status-mark.tsx';
import { FullTime } from '../../../ui/values.tsx';
import { rememberedList } from '../list/remembered-list.ts';
import { Attempts } from './attempts.tsx';
import { ContentCard } from './content-card.tsx';
import { ErrorHelp } from './error-help.tsx';
import { Figures } from './figures.tsx';
import { MoneyCard } from './money-card.tsx';
import { NeighbourButtons } from './neighbour-buttons.tsx';
import { Origin } from './origin.tsx';
import { PriceCard } from './price-card.tsx';
import { RequestSkeleton } from './request-skeleton.tsx';
import { Waterfall } from './waterfall.tsx';

/** A request that is under way is looked at again. */
const watchMs = 1_000;

export function RequestPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery<RequestDetail>({
    ...resource<RequestDetail>(pathOf`/requests/${id}`),
    refetchInterval: ({ state }) => (state.data?.state === 'held' ? watchMs : false),
  });
  const request = query.data;
  return (
    <>
      <PageHeader
        back={<BackToList />}
        title={
          <span className="inline-flex max-w-full items-center gap-1.5">
            <span className="min-w-0 break-all font-mono text-base">{id}</span>
            <CopyButton text={id} label="Copy request id" />
          </span>
        }
        tabTitle={`Request ${id}`}
        description={
          request ? (
            <span className="inline-flex flex-wrap items-center gap-x-3">
              <StatusMark request={request} />
              <FullTime at={request.started_at} />
            </span>
          ) : (
            ' '
          )
        }
        actions={<NeighbourButtons id={id} request={request} />}
      />
      {request ? (
        <Content request={request} />
      ) : query.isError ? (
        <NotShown error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <RequestSkeleton />
      )}
    </>
  );
}

function Content({ request }: { readonly request: RequestDetail }) {
  return (
    <div className="space-y-4">
      <Figures request={request} />
      {request.error === null ? null : <ErrorHelp request={request} />}
      <Waterfall request={request} />
      <div className="grid gap-4 lg:grid-cols-2">
        <PriceCard request={request} />
        <MoneyCard request={request} />
      </div>
      <Attempts request={request} />
      <Origin request={request} />
      <ContentCard request={request} />
    </div>
  );
}

function BackToList() {
  return (
    <BackLink to="/requests" search={rememberedList().values as never}>
      Requests
    </BackLink>
  );
}

function NotShown({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState
        title="There is no request with this id"
        action={<ButtonLink to="/requests">All requests</ButtonLink>}
      >
        Requests that were refused before anything was reserved are not in the ledger, and rows may have been
        deleted by its retention.
      </EmptyState>
    );
  }
  return <ErrorState error={error} title="The request could not be read" onRetry={onRetry} />;
}
