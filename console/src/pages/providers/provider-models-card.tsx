// The models that route to a provider, and those that it offers, to make more.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { OfferedModels, Provider } from '../../api/contract.ts';
import { resource, useWrite } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { type CreatedModels, createdWords, createModels } from './create-models.ts';
import { ModelPicker } from './model-picker.tsx';
import { OfferFailure } from './offer-failure.tsx';

export function ProviderModelsCard({ provider }: { readonly provider: Provider }) {
  const [adding, setAdding] = useState(false);
  const { models } = provider;
  return (
    <Card
      title="Models"
      description="Public models whose routes name this provider."
      actions={
        <RoleButton
          size="sm"
          icon={<Plus size={14} />}
          needs="admin"
          disabled={adding}
          onClick={() => setAdding(true)}
        >
          Add models
        </RoleButton>
      }
    >
      {models.length === 0 ? (
        <p className="text-muted text-sm">None yet: nothing is sent here.</p>
      ) : (
        <ul className="flex flex-wrap gap-2">
          {models.map((name) => (
            <li key={name}>
              <Link
                to="/models/$name"
                params={{ name }}
                className="inline-block break-all rounded-md border border-line bg-canvas px-2 py-1 font-mono text-xs hover:border-line-strong"
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {adding ? <Adding provider={provider.name} onDone={() => setAdding(false)} /> : null}
    </Card>
  );
}

function Adding({ provider, onDone }: { readonly provider: string; readonly onDone: () => void }) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const offered = useQuery({
    ...resource<OfferedModels>(pathOf`/providers/${provider}/models`),
    retry: false,
    staleTime: 60_000,
  });
  const client = useQueryClient();
  const toast = useToast();
  const create = useWrite<void, CreatedModels>({
    run: () =>
      createModels(
        provider,
        (offered.data?.data ?? []).filter(({ id }) => picked.has(id)),
      ),
    rereads: [['models'], ['providers'], ['prices']],
    onDone: (created) => {
      const bad = created.made.length === 0;
      toast({
        title: bad ? 'No model was made' : 'Models are made',
        detail: createdWords(created),
        ...(bad ? { tone: 'bad' as const } : {}),
      });
      void client.invalidateQueries({ queryKey: ['models'] });
      onDone();
    },
  });
  return (
    <div className="mt-4 border-line border-t pt-4">
      {offered.isPending ? <Skeleton className="h-40 w-full" /> : null}
      {offered.isError ? <ErrorNote error={offered.error} /> : null}
      {offered.data?.failure ? <OfferFailure failure={offered.data.failure} /> : null}
      {offered.data && !offered.data.failure ? (
        <ModelPicker
          offered={offered.data.data}
          cut={offered.data.cut}
          picked={picked}
          onPicked={setPicked}
        />
      ) : null}
      {create.isError ? <ErrorNote error={create.error} className="mt-3" /> : null}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button
          variant="primary"
          disabled={picked.size === 0}
          busy={create.isPending}
          onClick={() => create.mutate()}
        >
          Add {picked.size === 1 ? '1 model' : `${picked.size} models`}
        </Button>
      </div>
    </div>
  );
}
