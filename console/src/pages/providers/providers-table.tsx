// Providers as rows, and as cards on phones.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Provider } from '../../api/contract.ts';
import { Badge, StatusDot } from '../../ui/badge.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { SourceBadge } from '../../ui/routing/source-badge.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Duration, None } from '../../ui/values.tsx';
import { latencyOf, stateOf, typeWords } from './provider-words.ts';

const columns: readonly Column<Provider>[] = [
  { id: 'name', header: 'Provider', className: 'min-w-40', cell: (provider) => <Name provider={provider} /> },
  { id: 'type', header: 'Type', className: 'whitespace-nowrap text-muted', cell: typeWords },
  { id: 'state', header: 'State', cell: (provider) => <State provider={provider} /> },
  {
    id: 'latency',
    header: 'First token',
    align: 'right',
    cell: (provider) => <Duration ms={latencyOf(provider)} />,
  },
  {
    id: 'flight',
    header: 'In flight',
    align: 'right',
    cell: ({ targets }) => targets.reduce((sum, { in_flight: count }) => sum + count, 0),
  },
  { id: 'keys', header: 'Keys', cell: (provider) => <Keys provider={provider} /> },
  {
    id: 'models',
    header: 'Models',
    className: 'max-w-56',
    cell: ({ models }) =>
      models.length === 0 ? (
        <None />
      ) : (
        <span className="block truncate text-muted" title={models.join(', ')}>
          {models.join(', ')}
        </span>
      ),
  },
];

interface ProvidersTableProps {
  readonly rows: readonly Provider[] | undefined;
  readonly empty: ReactNode;
}

export function ProvidersTable({ rows, empty }: ProvidersTableProps) {
  return (
    <DataTable
      label="Providers"
      columns={columns}
      rows={rows}
      expected={3}
      rowKey={({ name }) => name}
      empty={empty}
      card={(provider) => (
        <div className="space-y-1.5">
          <Name provider={provider} />
          <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
            <State provider={provider} />
            <Keys provider={provider} />
          </div>
          <p className="break-words text-faint text-xs">
            {typeWords(provider)} · {plural(provider.models.length, 'model')}
          </p>
        </div>
      )}
    />
  );
}

function Name({ provider }: { readonly provider: Provider }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
      <Link
        to="/providers/$name"
        params={{ name: provider.name }}
        className="break-all font-medium hover:text-accent-text hover:underline"
      >
        {provider.name}
      </Link>
      <SourceBadge origin={provider} />
      {provider.problem !== null && provider.source !== 'admin' ? (
        <Badge tone="warn" title={provider.problem}>
          name taken twice
        </Badge>
      ) : null}
    </span>
  );
}

function State({ provider }: { readonly provider: Provider }) {
  const { tone, words, detail } = stateOf(provider);
  return (
    <StatusDot tone={tone} title={detail}>
      {words}
    </StatusDot>
  );
}

function Keys({ provider }: { readonly provider: Provider }) {
  const resting = provider.secrets.filter(({ resting: models }) => models.length > 0).length;
  if (provider.credentials === 0) return <span className="text-faint">none</span>;
  return (
    <span className="whitespace-nowrap">
      {plural(provider.credentials, 'key')}
      {resting > 0 ? <span className="text-warn-text"> · {resting} resting</span> : null}
    </span>
  );
}
