// What the printed link opens: the first administrator, their first key, and the first request, on one page. Where there is an
// administrator already, the same link brings back one who lost the password.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListOf, Member } from '../../api/contract.ts';
import { setupToken } from '../../api/setup-token.ts';
import { Entrance } from '../../ui/entrance.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { callByToken } from './by-token.ts';
import { FirstAdmin } from './first-admin.tsx';
import { LinkRefused, NoLink } from './no-link.tsx';
import { Recovery } from './recovery.tsx';
import { Welcome } from './welcome.tsx';

export function SetupPage() {
  const token = setupToken();
  const [done, setDone] = useState(false);
  if (done) return <Welcome />;
  if (token === undefined) return <NoLink />;
  return <WithToken key={token} token={token} onDone={() => setDone(true)} />;
}

function WithToken({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const admins = useQuery({
    queryKey: ['setup', 'admins'],
    queryFn: () => callByToken<ListOf<Member>>(token, 'GET', '/members?role=admin&limit=100'),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (admins.error) return <LinkRefused error={admins.error} onRetry={() => void admins.refetch()} />;
  if (!admins.data) {
    return (
      <Entrance title="Set up Tollgate">
        <Loading label="Looking at the link" />
        <Skeleton className="h-56 w-full" />
      </Entrance>
    );
  }
  if (admins.data.data.length > 0) return <Recovery token={token} admins={admins.data.data} />;
  return <FirstAdmin token={token} onDone={onDone} />;
}
