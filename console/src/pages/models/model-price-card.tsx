// What a model costs: the price in force with where it comes from, and every price it had. Set and withdrawn here, unless
// tollgate.yaml states it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { ListOf, Model, Price } from '../../api/contract.ts';
import { resource, useWrite } from '../../api/queries.ts';
import { needsRole, useMay, useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { priceSource, rateRows } from '../../ui/routing/price-words.ts';
import { useToast } from '../../ui/toast.tsx';
import { PriceDialog } from './price-dialog.tsx';
import { PriceHistory } from './price-history.tsx';

export function ModelPriceCard({ model }: { readonly model: Model }) {
  const [setting, setSetting] = useState(false);
  const may = useMay('admin');
  const role = useSession()?.member.role;
  const toast = useToast();
  const history = useQuery(resource<ListOf<Price>>('/prices', { model: model.name, history: true }));
  const withdraw = useWrite<Price, Price>({
    run: ({ version }) => api.delete<Price>(pathOf`/prices/${version}`),
    rereads: [['prices'], ['models']],
    onDone: (_, price) =>
      toast({
        title: 'The price is withdrawn',
        detail: 'The one before it is in force again, if there is one.',
        action: {
          label: 'Set it again',
          run: () => api.post('/prices', { model: model.name, terms: price.terms }),
        },
      }),
  });
  const inForce = history.data?.data.find(({ in_force: now }) => now);
  const fixed = inForce?.source === 'config';
  const refusal = fixed
    ? 'tollgate.yaml states this price, and the file wins. Change it there.'
    : may
      ? undefined
      : needsRole('admin', role);
  const rows = rateRows(model.price?.terms);
  return (
    <Card
      title="Price"
      description={
        model.price ? (
          <>USD per million tokens, {priceSource(model.price)}.</>
        ) : (
          'None: requests are refused until there is one, since nobody could say what they cost.'
        )
      }
      actions={
        <Button
          size="sm"
          variant={model.price ? 'secondary' : 'primary'}
          disabled={refusal !== undefined || model.problem !== null}
          title={refusal}
          onClick={() => setSetting(true)}
        >
          Set price
        </Button>
      }
    >
      {rows.length > 0 ? (
        <dl className="flex flex-wrap gap-x-8 gap-y-3">
          {rows.map(({ name, amount }) => (
            <div key={name}>
              <dt className="text-faint text-xs">{name}</dt>
              <dd className="font-medium text-lg tabular-nums">{amount}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {fixed ? <p className="mt-3 text-faint text-xs">{refusal}</p> : null}
      {withdraw.isError ? <ErrorNote error={withdraw.error} className="mt-3" /> : null}
      <PriceHistory
        prices={history.data?.data}
        busy={withdraw.isPending}
        onWithdraw={may ? (price) => withdraw.mutate(price) : undefined}
      />
      <PriceDialog open={setting} model={model} onClose={() => setSetting(false)} />
    </Card>
  );
}
