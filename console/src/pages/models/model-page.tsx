// One model: its route and how each target is doing, what it costs and costed, what it can do, and code that calls it.
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { MessagesSquare, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { Model } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { ErrorNote, ErrorState } from '../../ui/error-state.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { ReadOnlyNote, SourceBadge } from '../../ui/routing/source-badge.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { DeleteModel } from './delete-model.tsx';
import { ModelFacts } from './model-facts.tsx';
import { ModelPriceCard } from './model-price-card.tsx';
import { ModelRouteCard } from './model-route-card.tsx';
import { ModelSheet } from './model-sheet.tsx';
import { ModelSnippet } from './model-snippet.tsx';

export function ModelPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const found = useQuery({ ...resource<Model>(pathOf`/models/${name}`), refetchInterval: 5_000 });
  const model = found.data;
  if (found.isError && !model) {
    return (
      <>
        <PageHeader title={name} back={back} />
        <ErrorState
          error={found.error}
          onRetry={() => void found.refetch()}
          title="The model could not be read"
        />
      </>
    );
  }
  if (!model) {
    return (
      <>
        <PageHeader title={name} back={back} />
        <Loading label="Loading the model" />
        <Skeleton className="mb-4 h-44 w-full" />
        <Skeleton className="h-44 w-full" />
      </>
    );
  }
  return <Shown model={model} />;
}

const back = <BackLink to="/models">Models</BackLink>;

function Shown({ model }: { readonly model: Model }) {
  const [search, setSearch] = useSearchValues();
  const [deleting, setDeleting] = useState(false);
  const mayChange = useMay('admin');
  const mayUse = useMay('member');
  const own = model.source === 'admin';
  return (
    <>
      <PageHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-2.5">
            <span className="break-all">{model.name}</span>
            <SourceBadge origin={model} />
          </span>
        }
        tabTitle={model.name}
        back={back}
        actions={
          <>
            {mayUse ? (
              <ButtonLink
                to="/playground"
                search={{ model: model.name } as never}
                icon={<MessagesSquare size={15} />}
              >
                Try in playground
              </ButtonLink>
            ) : null}
            {own ? (
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
                  <Menu label={`More for ${model.name}`}>
                    <MenuItem danger icon={<Trash2 size={14} />} onSelect={() => setDeleting(true)}>
                      Delete
                    </MenuItem>
                  </Menu>
                ) : null}
              </>
            ) : null}
          </>
        }
      />
      <ReadOnlyNote
        origin={model}
        what="model"
        builtIn="This model came with the gateway. To send it elsewhere, add a model of the same name, here or in tollgate.yaml: it takes the place of this one."
      />
      {model.problem ? <ErrorNote error={model.problem} className="mb-5" /> : null}
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-5">
          <ModelRouteCard model={model} />
          <ModelPriceCard model={model} />
          <ModelSnippet name={model.name} />
        </div>
        <ModelFacts model={model} />
      </div>
      <ModelSheet
        open={own && mayChange && search.edit !== undefined}
        model={model}
        onClose={() => setSearch({ edit: undefined })}
      />
      <DeleteModel model={deleting ? model : null} onClose={() => setDeleting(false)} />
    </>
  );
}
