// One provider: where it is, its keys, the state of each target, a test, and the models that route to it.
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { Provider } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { StatusDot } from '../../ui/badge.tsx';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';
import { ErrorNote, ErrorState } from '../../ui/error-state.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { ReadOnlyNote, SourceBadge } from '../../ui/routing/source-badge.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { DeleteProvider } from './delete-provider.tsx';
import { EditProviderSheet } from './edit-provider-sheet.tsx';
import { LocalModelCard } from './local-model-card.tsx';
import { ProviderKeysCard } from './provider-keys-card.tsx';
import { ProviderModelsCard } from './provider-models-card.tsx';
import { ProviderTargetsCard } from './provider-targets-card.tsx';
import { stateOf, typeWords } from './provider-words.ts';

const back = <BackLink to="/providers">Providers</BackLink>;

export function ProviderPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const found = useQuery({ ...resource<Provider>(pathOf`/providers/${name}`), refetchInterval: 2_000 });
  const provider = found.data;
  if (!provider) {
    return (
      <>
        <PageHeader title={name} back={back} />
        {found.isError ? (
          <ErrorState
            error={found.error}
            onRetry={() => void found.refetch()}
            title="The provider could not be read"
          />
        ) : (
          <>
            <Loading label="Loading the provider" />
            <Skeleton className="mb-4 h-40 w-full" />
            <Skeleton className="h-40 w-full" />
          </>
        )}
      </>
    );
  }
  return <Shown provider={provider} />;
}

function Shown({ provider }: { readonly provider: Provider }) {
  const [search, setSearch] = useSearchValues();
  const [deleting, setDeleting] = useState(false);
  const mayChange = useMay('admin');
  const own = provider.source === 'admin';
  const isLocal = provider.type === 'local';
  const { tone, words, detail } = stateOf(provider);
  return (
    <>
      <PageHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-2.5">
            <span className="break-all">{provider.name}</span>
            <SourceBadge origin={provider} />
          </span>
        }
        tabTitle={provider.name}
        back={back}
        actions={
          own ? (
            <>
              <RoleButton
                variant="primary"
                icon={<Pencil size={14} />}
                needs="admin"
                onClick={() => setSearch({ edit: '1' })}
              >
                Change
              </RoleButton>
              {mayChange ? (
                <Menu label={`More for ${provider.name}`}>
                  <MenuItem danger icon={<Trash2 size={14} />} onSelect={() => setDeleting(true)}>
                    Delete
                  </MenuItem>
                </Menu>
              ) : null}
            </>
          ) : null
        }
      />
      <ReadOnlyNote
        origin={provider}
        what="provider"
        builtIn="This is the embedded model, which comes with the gateway. TOLLGATE_LOCAL_MODEL chooses which model it is, or turns it off."
      />
      {provider.problem ? <ErrorNote error={provider.problem} className="mb-5" /> : null}
      <div className="space-y-5">
        <Card title="State">
          <Facts
            facts={[
              {
                name: 'Now',
                value: (
                  <span>
                    <StatusDot tone={tone}>{words}</StatusDot>
                    <span className="block text-muted">{detail}</span>
                  </span>
                ),
              },
              { name: 'Type', value: typeWords(provider) },
              provider.base_url === null
                ? null
                : { name: 'Base URL', value: <Code className="break-all">{provider.base_url}</Code> },
              provider.region === null ? null : { name: 'Region', value: provider.region },
              provider.api_version === null ? null : { name: 'API version', value: provider.api_version },
              own ? { name: 'Changed', value: <TimeAgo at={provider.updated_at} /> } : null,
            ]}
          />
        </Card>
        <ProviderTargetsCard provider={provider} />
        {isLocal ? <LocalModelCard /> : <ProviderKeysCard provider={provider} />}
        {isLocal ? null : <ProviderModelsCard provider={provider} />}
      </div>
      <EditProviderSheet
        open={own && mayChange && search.edit !== undefined}
        provider={provider}
        onClose={() => setSearch({ edit: undefined })}
      />
      <DeleteProvider provider={deleting ? provider : null} onClose={() => setDeleting(false)} />
    </>
  );
}
