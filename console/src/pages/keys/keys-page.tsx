// All API keys: searched, filtered and sorted by the gateway; made here, and each with what can be done to it.
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Key } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { CreateKeySheet } from './create-key-sheet.tsx';
import { filterNames, KeyFilters } from './key-filters.tsx';
import { KeysTable } from './keys-table.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

export function KeysPage() {
  const [search, setSearch] = useSearchValues();
  const [rotating, setRotating] = useState<Key | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const { search: text, status, project, member, sort, order } = search;
  const query = { kind: 'api', search: text, status, project, member, sort, order };
  const list = useInfiniteQuery({ ...pages<Key>('/keys', query), refetchInterval: 20_000 });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  const filtered = filterNames.some((name) => search[name] !== undefined);
  const create = (
    <RoleButton
      variant="primary"
      icon={<Plus size={15} />}
      needs="member"
      onClick={() => setSearch({ new: '1' })}
    >
      Create API key
    </RoleButton>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        description="What applications call the gateway with, each with limits and a history of its own."
        actions={create}
      />
      <KeyFilters />
      {list.isError && rows === undefined ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          title="The keys could not be read"
        />
      ) : (
        <KeysTable
          rows={rows}
          stale={list.isPlaceholderData}
          onRotate={setRotating}
          onRevoke={setRevoking}
          empty={
            filtered ? (
              <EmptyState
                title="No key fits this search"
                action={
                  <Button
                    onClick={() =>
                      setSearch(Object.fromEntries(filterNames.map((name) => [name, undefined])))
                    }
                  >
                    Clear search and filters
                  </Button>
                }
              />
            ) : (
              <EmptyState icon={<KeyRound size={22} />} title="No API keys yet" action={create}>
                An application needs a key to call a model. Make one for each application, so that each can
                have limits of its own and be revoked alone.
              </EmptyState>
            )
          }
        />
      )}
      {rows && rows.length > 0 ? (
        <LoadMore
          shown={rows.length}
          what={rows.length === 1 ? 'key' : 'keys'}
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
      <CreateKeySheet open={search.new !== undefined} onClose={() => setSearch({ new: undefined })} />
      <RotateDialog subject={rotating} onClose={() => setRotating(null)} />
      <RevokeDialog subject={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}
