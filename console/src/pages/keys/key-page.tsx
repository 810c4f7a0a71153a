// One key: what it may do, what it did, what stops it, and everything that can be done to it.
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { KeyDetail } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { EditKeySheet } from './edit-key-sheet.tsx';
import { KeyActions } from './key-actions.tsx';
import { KeyAudit } from './key-audit.tsx';
import { KeyFacts } from './key-facts.tsx';
import { KeyLimits } from './key-limits.tsx';
import { KeyNotice } from './key-notice.tsx';
import { KeyRequests } from './key-requests.tsx';
import { KeyStatus } from './key-status.tsx';
import { KeyUsage } from './key-usage.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

type Doing = { readonly what: 'edit' | 'rotate' | 'revoke'; readonly key: KeyDetail };

export function KeyPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  // Another key is another page: nothing of one is shown while the other loads.
  return <Page key={id} id={id} />;
}

function Page({ id }: { readonly id: string }) {
  const query = useQuery({ ...resource<KeyDetail>(pathOf`/keys/${id}`), refetchInterval: 20_000 });
  const [doing, setDoing] = useState<Doing | null>(null);
  const seesAudit = useMay('admin');
  const key = query.data;
  const back = <BackLink to="/keys">API keys</BackLink>;
  if (!key) {
    return (
      <>
        <PageHeader title="API key" back={back} />
        {query.isError ? (
          <ErrorState
            error={query.error}
            title={isGone(query.error) ? 'There is no such key' : 'The key could not be read'}
            onRetry={() => void query.refetch()}
          >
            <ButtonLink to="/keys">All API keys</ButtonLink>
          </ErrorState>
        ) : (
          <Pending />
        )}
      </>
    );
  }
  const close = () => setDoing(null);
  return (
    <>
      <PageHeader
        back={back}
        title={<bdi>{key.name}</bdi>}
        tabTitle={key.name}
        description={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <KeyStatus of={key} />
            <code className="font-mono text-xs">{key.preview}</code>
          </span>
        }
        actions={<KeyActions subject={key} onDo={(what) => setDoing({ what, key })} />}
      />
      <KeyNotice subject={key} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-5">
          <KeyUsage subject={key} />
          <KeyLimits subject={key} />
          <KeyRequests subject={key} />
          {seesAudit ? <KeyAudit subject={key} /> : null}
        </div>
        <KeyFacts subject={key} />
      </div>
      {doing?.what === 'edit' ? <EditKeySheet subject={doing.key} onClose={close} /> : null}
      <RotateDialog subject={doing?.what === 'rotate' ? doing.key : null} onClose={close} />
      <RevokeDialog subject={doing?.what === 'revoke' ? doing.key : null} onClose={close} />
    </>
  );
}

const isGone = (error: unknown) => error instanceof ApiError && error.status === 404;

function Pending() {
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Loading label="Loading the key" />
      <Skeleton className="h-56" />
      <Skeleton className="h-80" />
    </div>
  );
}
