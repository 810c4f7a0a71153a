// The audit log: every change, who made it, and what it was before and after. Newest first, by keyset.
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import type { AuditEntry } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AuditRow } from './audit-row.tsx';
import { useAuditSearch } from './audit-search.ts';

export function AuditPage() {
  const search = useAuditSearch();
  const role = useSession()?.member.role;
  const list = useInfiniteQuery({
    ...pages<AuditEntry>('/audit', search.query),
    enabled: role === 'admin',
  });
  const entries = rowsOf(list.data);
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Every change: who made it, when, and what it was before. Secrets are never in it."
      />
      {role === 'admin' ? null : (
        <EmptyState title="Only administrators see the audit log">
          Ask an administrator of this gateway if you need to know who changed what.
        </EmptyState>
      )}
      {role === 'admin' ? <AuditFilters search={search} /> : null}
      {list.error && !list.data ? (
        <ErrorState
          title="The audit log could not be read"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {list.isPending && role === 'admin' && !list.error ? <Places /> : null}
      {list.data && entries.length === 0 ? (
        <EmptyState
          icon={<ScrollText size={22} />}
          title={search.filtered ? 'No change fits these filters' : 'Nothing was changed yet'}
          action={search.filtered ? <Button onClick={search.clear}>Clear filters</Button> : undefined}
        >
          {search.filtered ? undefined : 'Creating a key, changing a limit, signing in: each stands here.'}
        </EmptyState>
      ) : null}
      {entries.length > 0 ? (
        <>
          <ul aria-label="Changes" className="rounded-lg border border-line bg-surface">
            {entries.map((entry) => (
              <AuditRow key={entry.id} entry={entry} onFilter={search.set} />
            ))}
          </ul>
          <LoadMore
            shown={entries.length}
            what={entries.length === 1 ? 'change' : 'changes'}
            hasMore={list.hasNextPage}
            loading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      ) : null}
    </>
  );
}

function Places() {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <Loading label="Loading the audit log" />
      {[1, 2, 3, 4, 5, 6, 7, 8].map((number) => (
        <div key={number} className="flex h-12 items-center border-line border-b px-4 last:border-b-0">
          <Skeleton className="h-3.5 w-2/3" />
        </div>
      ))}
    </div>
  );
}
