// The playground: models tried by hand, the same way that code calls them.
import { useQuery } from '@tanstack/react-query';
import { Boxes } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PlaygroundModels } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { needsRole, useMay, useSession } from '../../api/session.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { Session } from './conversation/session.ts';
import { useFirstSession } from './view/first-session.ts';
import { PlaygroundRoom } from './view/room.tsx';

/** How often the state of models that are not ready is looked at. */
const loadingPollMs = 3_000;

export function PlaygroundPage() {
  const session = useSession();
  const may = useMay('member');
  const models = useQuery({
    ...resource<PlaygroundModels>('/playground/models'),
    refetchInterval: ({ state }) =>
      state.data?.data.some((model) => model.state !== 'ready') ? loadingPollMs : 30_000,
  });
  const [opened, setOpened] = useState<Session>();
  const first = useFirstSession(models.data?.data, session?.member.id);
  useEffect(() => {
    if (first) setOpened((before) => before ?? first.session);
  }, [first]);
  useEffect(() => {
    document.title = 'Playground · Tollgate';
  }, []);

  // A conversation that is open outlives a gateway that is away for a while.
  const isOld = models.isError && models.data !== undefined;
  const toast = useToast();
  useEffect(() => {
    if (isOld) toast({ title: 'The models could not be read again. The conversation stays.', tone: 'bad' });
  }, [isOld, toast]);

  if (models.isError && models.data === undefined) {
    return (
      <>
        <PageHeader title="Playground" />
        <ErrorState
          error={models.error}
          title="The models could not be read"
          onRetry={() => void models.refetch()}
        />
      </>
    );
  }
  if (models.data?.data.length === 0) {
    return (
      <>
        <PageHeader title="Playground" />
        <EmptyState
          icon={<Boxes size={20} />}
          title="There is no model to talk to"
          action={
            <ButtonLink to="/models" variant="primary">
              Open models
            </ButtonLink>
          }
        >
          Add a provider and a model first; it appears here at once.
        </EmptyState>
      </>
    );
  }
  if (!models.data || !opened || !first) return <RoomSkeleton />;
  return (
    <PlaygroundRoom
      models={models.data.data}
      session={opened}
      history={first.history}
      warning={first.warning}
      closed={may ? undefined : needsRole('member', session?.member.role)}
    />
  );
}

function RoomSkeleton() {
  return (
    <>
      <PageHeader title="Playground" />
      <Loading label="Loading the playground" />
      <div className="flex gap-3">
        <Skeleton className="h-[70dvh] flex-1 rounded-lg" />
        <Skeleton className="hidden h-[70dvh] w-80 rounded-lg xl:block" />
      </div>
    </>
  );
}
