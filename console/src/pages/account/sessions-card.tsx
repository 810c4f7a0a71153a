// Where one is signed in, and the way to end each.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, Monitor, Smartphone } from 'lucide-react';
import { api, pathOf } from '../../api/client.ts';
import type { ListedSession, SessionList } from '../../api/contract.ts';
import { messageOf } from '../../api/error.ts';
import { resource, useWrite } from '../../api/queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { deviceOf } from './device.ts';

export function SessionsCard() {
  const list = useQuery(resource<SessionList>('/sessions'));
  const toast = useToast();
  const everywhere = useSignOutEverywhere();
  const end = useWrite({
    run: (path: string) => api.delete(path),
    rereads: [['sessions']],
    onDone: () => toast({ title: 'Signed out there' }),
  });
  const failed = (error: unknown) =>
    toast({ title: 'Still signed in there', detail: messageOf(error), tone: 'bad' });
  const sessions = list.data?.data;
  const others = (sessions?.length ?? 0) > 1;
  return (
    <Card
      flush
      title="Where you are signed in"
      description="A session ends after 12 hours without use, and after 30 days."
      actions={
        <>
          <Button
            size="sm"
            disabled={!others || end.isPending}
            onClick={() => end.mutate('/sessions?keep_current=true', { onError: failed })}
          >
            Sign out everywhere else
          </Button>
          <Button size="sm" onClick={() => void everywhere()}>
            Sign out everywhere
          </Button>
        </>
      }
    >
      {list.error && !sessions ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : sessions ? (
        <ul className="divide-y divide-line">
          {sessions.map((session) => (
            <Row
              key={session.id}
              session={session}
              busy={end.isPending}
              onEnd={() => end.mutate(pathOf`/sessions/${session.id}`, { onError: failed })}
            />
          ))}
        </ul>
      ) : (
        <div className="space-y-3 px-4 py-3.5">
          <Loading label="Loading your sessions" />
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-10 w-full" />
        </div>
      )}
    </Card>
  );
}

interface RowProps {
  readonly session: ListedSession;
  readonly busy: boolean;
  readonly onEnd: () => void;
}

function Row({ session, busy, onEnd }: RowProps) {
  const { name, phone } = deviceOf(session.user_agent);
  const Icon = phone ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-2.5">
      <Icon size={18} aria-hidden="true" className="shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <span className="truncate font-medium" title={session.user_agent}>
            {name}
          </span>
          {session.current ? <Badge tone="good">This browser</Badge> : null}
        </p>
        <p className="text-faint text-xs">
          {session.address} · {wayOf(session.method)} <TimeAgo at={session.created_at} /> · last used{' '}
          <TimeAgo at={session.last_seen_at} />
        </p>
      </div>
      {session.current ? null : (
        <Button
          size="sm"
          variant="ghost"
          icon={<LogOut size={14} />}
          disabled={busy}
          aria-label={`Sign out ${name}, ${session.address}`}
          onClick={onEnd}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

function wayOf(method: string): string {
  if (method.startsWith('sso:')) return `signed in with ${method.slice(4)}`;
  return method === 'link' ? 'signed in by a link' : 'signed in with the password';
}

function useSignOutEverywhere() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  return async () => {
    try {
      await api.delete('/sessions');
    } catch (error) {
      toast({ title: 'You are still signed in', detail: messageOf(error), tone: 'bad' });
      return;
    }
    api.setCsrfToken(undefined);
    await navigate({ to: '/login' });
    client.clear();
  };
}
