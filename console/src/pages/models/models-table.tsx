// Models as rows, and as cards on phones.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Model } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { formatCount } from '../../ui/format/quantity.ts';
import { priceSource, priceWords } from '../../ui/routing/price-words.ts';
import { SourceBadge } from '../../ui/routing/source-badge.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Duration, None, Tokens } from '../../ui/values.tsx';
import { RouteDiagram } from './route-diagram.tsx';

const columns: readonly Column<Model>[] = [
  { id: 'name', header: 'Model', className: 'min-w-44', cell: (model) => <Name model={model} /> },
  {
    id: 'route',
    header: 'Route',
    className: 'min-w-64',
    cell: (model) => <RouteDiagram model={model} short />,
  },
  { id: 'price', header: 'Price per million tokens', cell: (model) => <PriceCell model={model} /> },
  {
    id: 'context',
    header: 'Context',
    align: 'right',
    className: 'max-lg:hidden',
    cell: (model) => <Tokens count={model.context_window} short />,
  },
  {
    id: 'requests',
    header: 'Requests, 24 h',
    align: 'right',
    cell: (model) => (model.traffic ? <Traffic traffic={model.traffic} /> : <None />),
  },
  {
    id: 'p50',
    header: 'Median',
    align: 'right',
    cell: (model) => <Duration ms={model.traffic?.p50_ms} />,
  },
];

interface ModelsTableProps {
  readonly rows: readonly Model[] | undefined;
  readonly empty: ReactNode;
}

export function ModelsTable({ rows, empty }: ModelsTableProps) {
  return (
    <DataTable
      label="Models"
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      empty={empty}
      card={(model) => (
        <div className="space-y-2">
          <Name model={model} />
          <RouteDiagram model={model} short />
          <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
            <PriceCell model={model} />
            {model.traffic ? (
              <span className="text-muted text-xs">
                <Traffic traffic={model.traffic} /> requests in 24 h
              </span>
            ) : null}
          </div>
        </div>
      )}
    />
  );
}

function Name({ model }: { readonly model: Model }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
      <Link
        to="/models/$name"
        params={{ name: model.name }}
        className="break-all font-medium hover:text-accent-text hover:underline"
      >
        {model.name}
      </Link>
      <SourceBadge origin={model} />
      {model.problem ? (
        <Badge tone="bad" title={model.problem}>
          {model.source === 'admin' && model.route.length === 0 ? 'not in use' : 'problem'}
        </Badge>
      ) : null}
    </span>
  );
}

export function PriceCell({ model }: { readonly model: Model }) {
  if (!model.price) {
    return (
      <Badge tone="warn" title="Requests for it are refused until it has a price.">
        no price
      </Badge>
    );
  }
  return (
    <span className="whitespace-nowrap tabular-nums" title={priceSource(model.price)}>
      {priceWords(model.price.terms)}
    </span>
  );
}

function Traffic({ traffic }: { readonly traffic: NonNullable<Model['traffic']> }) {
  const { requests, errors } = traffic;
  return (
    <span title={errors > 0 ? `${formatCount(errors)} of them failed` : undefined}>
      {formatCount(requests)}
      {errors > 0 ? <span className="text-bad-text"> · {formatCount(errors)} failed</span> : null}
    </span>
  );
}
