// A page whose code is loaded when it is first opened. A gateway that is away then leaves the console as it is: the page
// waits in the shell and comes by itself. Code that is gone although the gateway answers is that of an older build: the
// router reloads for it, once.
import { useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { api } from '../api/client.ts';
import { ApiError, unreachable } from '../api/error.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PagePending } from './page-pending.tsx';

const retryMs = 3000;
const patienceMs = 10_000;

/** `lazyPage(() => import('../pages/keys/index.tsx'), 'KeysPage')` */
export function lazyPage<Name extends string, Module extends Record<Name, ComponentType>>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(async (): Promise<Record<string, ComponentType>> => {
    try {
      return { [name]: (await load())[name] };
    } catch (error) {
      if (await gatewayAnswers()) throw error;
      const later = async () => (await load())[name];
      return { [name]: () => <WaitingPage name={name} load={later} /> };
    }
  }, name);
}

interface WaitingPageProps {
  readonly name: string;
  readonly load: () => Promise<ComponentType>;
}

function WaitingPage({ name, load }: WaitingPageProps) {
  const page = useQuery({
    queryKey: ['code of page', name],
    queryFn: async () => ({ Page: await loadOrReload(load) }),
    retry: false,
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    refetchInterval: ({ state }) => (state.data ? false : retryMs),
  });
  if (page.data) return <page.data.Page />;
  if (!page.isError) return <PagePending />;
  return (
    <>
      <PageHeader title="This page could not be loaded yet" tabTitle="Waiting for the gateway" />
      <ErrorState error={page.error} onRetry={() => void page.refetch()} />
    </>
  );
}

/** Some browsers remember that a module could not be loaded until the page is loaded anew. */
async function loadOrReload(load: () => Promise<ComponentType>): Promise<ComponentType> {
  try {
    return await load();
  } catch {
    if (await gatewayAnswers()) location.reload();
    throw unreachable();
  }
}

/** Whether it does, not what: a proxy that stands before a gateway that is away says 502 to 504. */
async function gatewayAnswers(): Promise<boolean> {
  try {
    await api.get('/session/options', { signal: AbortSignal.timeout(patienceMs) });
    return true;
  } catch (error) {
    return error instanceof ApiError && error.status > 0 && error.status < 500;
  }
}
