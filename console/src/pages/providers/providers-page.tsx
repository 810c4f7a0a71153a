// All providers: where requests go, whether they answer, with which keys; and the embedded model.
import { useQuery } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import type { ListOf, Provider } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { AddProviderSheet } from './add/add-provider-sheet.tsx';
import { LocalModelCard } from './local-model-card.tsx';
import { ProvidersTable } from './providers-table.tsx';

/** States of targets are live. */
const refreshMs = 3_000;

export function ProvidersPage() {
  const [search, setSearch] = useSearchValues();
  const list = useQuery({ ...resource<ListOf<Provider>>('/providers'), refetchInterval: refreshMs });
  const mayChange = useMay('admin');
  const all = list.data?.data;
  const served = all?.filter(({ type }) => type !== 'local');
  const add = (
    <RoleButton
      variant="primary"
      icon={<Plus size={15} />}
      needs="admin"
      onClick={() => setSearch({ new: '1' })}
    >
      Add provider
    </RoleButton>
  );
  return (
    <>
      <PageHeader
        title="Providers"
        description="Where requests go. States are live, as the node that answers sees them."
        actions={add}
      />
      {list.isError && all === undefined ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          title="The providers could not be read"
        />
      ) : (
        <ProvidersTable
          rows={served}
          empty={
            <EmptyState icon={<Plug size={22} />} title="No provider yet" action={add}>
              Until there is one, the embedded model answers. With a key of OpenAI, Anthropic, Google or any
              OpenAI-compatible server it takes about a minute.
            </EmptyState>
          }
        />
      )}
      <LocalModelCard />
      <AddProviderSheet
        open={mayChange && search.new !== undefined}
        taken={all?.map(({ name }) => name) ?? []}
        onClose={() => setSearch({ new: undefined })}
      />
    </>
  );
}
