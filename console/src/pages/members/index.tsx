// Members: who may use the console, as what, and the links that let them in. For administrators.
import { useInfiniteQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import type { Member } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { SearchInput, Select } from '../../ui/input.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { useTypedText } from '../../ui/typed-text.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { MembersTable } from './members-table.tsx';

export function MembersPage() {
  if (useMay('admin')) return <Members />;
  return (
    <>
      <PageHeader title="Members" />
      <EmptyState icon={<Users size={22} />} title="Members are for administrators">
        Ask an administrator to invite somebody, or to change what you may do.
      </EmptyState>
    </>
  );
}

function Members() {
  const [values, setValues] = useSearchValues();
  const [inviting, setInviting] = useState(false);
  const { role, status, q: search } = values;
  const [typed, setTyped] = useTypedText(search ?? '', (q) => setValues({ q }));
  const list = useInfiniteQuery(pages<Member>('/members', { role, status, search }));
  const rows = list.data ? rowsOf(list.data) : undefined;
  const filtered = Boolean(role || status || search);
  return (
    <>
      <PageHeader
        title="Members"
        description="People who sign in to this console. Programs use API keys instead."
        actions={
          <Button variant="primary" icon={<UserPlus size={14} />} onClick={() => setInviting(true)}>
            Invite member
          </Button>
        }
      />
      <FilterBar>
        <SearchInput
          label="Search by name or address"
          className="w-60 max-sm:w-full"
          value={typed}
          onValue={setTyped}
        />
        <Select
          aria-label="Role"
          className="w-40 max-sm:w-full"
          value={role ?? ''}
          onChange={(event) => setValues({ role: event.target.value })}
        >
          <option value="">Every role</option>
          <option value="admin">Administrators</option>
          <option value="member">Members</option>
          <option value="viewer">Viewers</option>
        </Select>
        <Select
          aria-label="Status"
          className="w-40 max-sm:w-full"
          value={status ?? ''}
          onChange={(event) => setValues({ status: event.target.value })}
        >
          <option value="">Every status</option>
          <option value="active">Active</option>
          <option value="invited">Invited</option>
          <option value="disabled">Disabled</option>
        </Select>
      </FilterBar>
      {list.error && !rows ? (
        <ErrorState
          title="The members could not be read"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <MembersTable
          rows={rows}
          stale={list.isPlaceholderData}
          empty={
            <EmptyState
              icon={<Users size={22} />}
              title={filtered ? 'No member fits these filters' : 'There are no members'}
              action={
                filtered ? (
                  <Button onClick={() => setValues({ role: undefined, status: undefined, q: undefined })}>
                    Clear filters
                  </Button>
                ) : undefined
              }
            />
          }
        />
      )}
      {rows && rows.length > 0 ? (
        <LoadMore
          shown={rows.length}
          what={rows.length === 1 ? 'member' : 'members'}
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </>
  );
}
