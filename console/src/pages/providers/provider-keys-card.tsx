// What may be shown of a provider's credentials: their last characters, when they were set, which are left alone now.
import type { Provider, ShownCredential } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { formatDuration } from '../../ui/format/quantity.ts';
import { type Column, DataTable } from '../../ui/table.tsx';
import { None, TimeAgo } from '../../ui/values.tsx';

const columns: readonly Column<ShownCredential>[] = [
  {
    id: 'field',
    header: 'Credential',
    cell: ({ field }) => <span className="font-mono text-xs">{field}</span>,
  },
  {
    id: 'preview',
    header: 'Ends in',
    cell: (credential) => <Ending credential={credential} />,
  },
  {
    id: 'weight',
    header: 'Weight',
    align: 'right',
    cell: ({ weight }) => (weight === null ? <None /> : weight),
  },
  {
    id: 'set',
    header: 'Set',
    cell: ({ set_at: at }) => <TimeAgo at={at} none={<None label="not known" />} />,
  },
  { id: 'state', header: 'State', cell: (credential) => <State credential={credential} /> },
];

const wordsFor: Readonly<Record<Provider['source'], string>> = {
  admin: 'Stored encrypted.',
  config: 'From tollgate.yaml.',
  environment: 'From the environment of the gateway.',
  'built-in': '',
};

export function ProviderKeysCard({ provider }: { readonly provider: Provider }) {
  return (
    <Card
      title="Keys"
      description={`${wordsFor[provider.source]} They are sent to the base URL and shown to nobody.`}
    >
      {provider.secrets.length === 0 ? (
        <p className="text-muted text-sm">It is called without a key.</p>
      ) : (
        <DataTable
          label={`Credentials of ${provider.name}`}
          columns={columns}
          rows={provider.secrets}
          rowKey={({ field }) => field}
          card={(credential) => (
            <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
              <span className="break-all font-mono text-xs">{credential.field}</span>
              <Ending credential={credential} />
              <State credential={credential} />
            </div>
          )}
        />
      )}
    </Card>
  );
}

function State({ credential }: { readonly credential: ShownCredential }) {
  const { resting } = credential;
  if (resting.length === 0) return <span className="text-muted">in use</span>;
  const words = resting.map(
    ({ model, for_ms: ms, reason }) => `${model}: ${reason}, for another ${formatDuration(ms)}`,
  );
  return (
    <Badge tone="warn" title={words.join('; ')}>
      resting for {resting.length === 1 ? resting[0]?.model : `${resting.length} models`}
    </Badge>
  );
}

function Ending({ credential: { preview } }: { readonly credential: ShownCredential }) {
  return (
    <span className="whitespace-nowrap font-mono text-xs">
      <span aria-hidden="true">{'•'.repeat(8)}</span>
      {preview.replace('…', '')}
      <span className="sr-only"> hidden but for this</span>
    </span>
  );
}
