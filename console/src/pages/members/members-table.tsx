// The members as a table, on phones as cards.
import type { ReactNode } from 'react';
import type { Member } from '../../api/contract.ts';
import { useSession } from '../../api/session.ts';
import { Badge, StatusDot } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { DateOf, TimeAgo } from '../../ui/values.tsx';
import { MemberMenu } from './member-menu.tsx';
import { roleNames } from './role-words.ts';

interface MembersTableProps {
  readonly rows: readonly Member[] | undefined;
  readonly stale: boolean;
  readonly empty: ReactNode;
}

const columns: readonly Column<Member>[] = [
  { id: 'who', header: 'Member', cell: (member) => <Who member={member} /> },
  {
    id: 'role',
    header: 'Role',
    cell: ({ role }) => <Badge tone={role === 'admin' ? 'accent' : 'neutral'}>{roleNames[role]}</Badge>,
  },
  { id: 'status', header: 'Status', cell: (member) => <Status member={member} /> },
  {
    id: 'way',
    header: 'Signs in with',
    className: 'max-lg:hidden',
    cell: (member) => <span className="text-muted">{waysOf(member)}</span>,
  },
  { id: 'keys', header: 'API keys', align: 'right', className: 'max-md:hidden', cell: ({ keys }) => keys },
  { id: 'seen', header: 'Last seen', cell: ({ last_seen_at: at }) => <TimeAgo at={at} none="never" /> },
  {
    id: 'menu',
    header: <span className="sr-only">Actions</span>,
    align: 'right',
    cell: (member) => <MemberMenu member={member} />,
  },
];

export function MembersTable({ rows, stale, empty }: MembersTableProps) {
  return (
    <DataTable
      label="Members"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      stale={stale}
      empty={empty}
      card={(member) => (
        <div className="flex items-start justify-between gap-3">
          <div className="min-w-0 space-y-1.5">
            <Who member={member} />
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Badge tone={member.role === 'admin' ? 'accent' : 'neutral'}>{roleNames[member.role]}</Badge>
              <Status member={member} />
            </div>
            <p className="text-faint text-xs">
              Last seen <TimeAgo at={member.last_seen_at} none="never" />
            </p>
          </div>
          <MemberMenu member={member} />
        </div>
      )}
    />
  );
}

function Who({ member }: { readonly member: Member }) {
  const self = useSession()?.member.id === member.id;
  return (
    <div className="min-w-0 max-w-80">
      <p dir="auto" className="truncate font-medium" title={member.name}>
        {member.name}
        {self ? <span className="ms-1.5 font-normal text-faint">you</span> : null}
      </p>
      <p className="truncate text-faint text-xs" title={member.email}>
        {member.email}
      </p>
    </div>
  );
}

function Status({ member }: { readonly member: Member }) {
  if (member.status === 'active') return <StatusDot tone="good">Active</StatusDot>;
  if (member.status === 'disabled') return <StatusDot tone="neutral">Disabled</StatusDot>;
  if (!member.link) return <StatusDot tone="warn">Needs a new invitation link</StatusDot>;
  return (
    <StatusDot tone="accent">
      <span>
        Invited, until <DateOf at={member.link.expires_at} />
      </span>
    </StatusDot>
  );
}

function waysOf({ has_password: password, sso }: Member): string {
  const hosts = sso.map((issuer) => (URL.canParse(issuer) ? new URL(issuer).host : issuer));
  const ways = [...(password ? ['Password'] : []), ...hosts];
  return ways.length > 0 ? ways.join(', ') : '–';
}
