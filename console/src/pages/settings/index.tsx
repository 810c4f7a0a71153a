// Settings: what is in force on this gateway, and the colours of this browser. What is set by file or environment is
// changed there; this page says where.
import { useQuery } from '@tanstack/react-query';
import type { Settings } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { Appearance } from './appearance.tsx';
import { ConfigCard } from './config-card.tsx';
import { Documents } from './documents.tsx';
import { RequestsCard } from './requests-card.tsx';
import { SignInCard } from './sign-in-card.tsx';
import { StorageCard } from './storage-card.tsx';
import { TelemetryCard } from './telemetry-card.tsx';

export function SettingsPage() {
  const { data, error, refetch } = useQuery(resource<Settings>('/settings'));
  return (
    <>
      <PageHeader title="Settings" description="What is in force on this node." />
      {error && !data ? (
        <ErrorState title="The settings could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <div className="grid min-w-0 gap-4">
            {data ? <ConfigCard settings={data} /> : <Place />}
            {data ? <SignInCard signIn={data.sign_in} /> : <Place />}
            {data ? <RequestsCard requests={data.requests} /> : <Place />}
          </div>
          <div className="grid min-w-0 gap-4">
            {data ? <StorageCard settings={data} /> : <Place />}
            {data ? <TelemetryCard settings={data} /> : <Place />}
            <Appearance />
            <Documents />
          </div>
        </div>
      )}
    </>
  );
}

function Place() {
  return (
    <>
      <Loading label="Loading the settings" />
      <Skeleton className="h-52 w-full rounded-lg" />
    </>
  );
}
