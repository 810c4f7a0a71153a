// The targets of a provider with their live state, and a test that asks one of them a small question with each key.
import { Zap } from 'lucide-react';
import { api, pathOf } from '../../api/client.ts';
import type { Provider, Target, Trials } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { needsRole, useMay, useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { formatDuration } from '../../ui/format/quantity.ts';
import { TargetState } from '../../ui/routing/target-state.tsx';
import { TrialList } from '../../ui/routing/trial-list.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Duration, None, TimeAgo } from '../../ui/values.tsx';

const columns: readonly Column<Target>[] = [
  {
    id: 'model',
    header: 'Model there',
    className: 'min-w-40',
    cell: ({ model }) => <span className="break-all font-mono text-xs">{model}</span>,
  },
  { id: 'state', header: 'State', cell: (target) => <TargetState target={target} /> },
  {
    id: 'wait',
    header: 'Asked again in',
    align: 'right',
    cell: ({ wait_ms: wait }) => (wait > 0 ? formatDuration(wait) : <None label="now" />),
  },
  {
    id: 'latency',
    header: 'First token',
    align: 'right',
    cell: ({ latency_ms: ms }) => <Duration ms={ms} />,
  },
  { id: 'busy', header: 'In flight', align: 'right', cell: ({ in_flight: count }) => count },
  {
    id: 'error',
    header: 'Last error',
    className: 'min-w-56',
    cell: ({ last_error: last }) =>
      last ? (
        <span className="block text-sm">
          <TimeAgo at={last.at} /> <span className="text-muted">{last.message}</span>
        </span>
      ) : (
        <None />
      ),
  },
];

function TargetCard({ target }: { readonly target: Target }) {
  const { last_error: last, wait_ms: wait } = target;
  return (
    <div className="space-y-1 text-sm">
      <p className="break-all font-mono text-xs">{target.model}</p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <TargetState target={target} />
        <span className="text-muted text-xs">
          first token <Duration ms={target.latency_ms} />
        </span>
        {wait > 0 ? <span className="text-muted text-xs">asked again in {formatDuration(wait)}</span> : null}
      </div>
      {last ? (
        <p className="break-words text-muted text-xs">
          <TimeAgo at={last.at} />: {last.message}
        </p>
      ) : null}
    </div>
  );
}

export function ProviderTargetsCard({ provider }: { readonly provider: Provider }) {
  const may = useMay('admin');
  const role = useSession()?.member.role;
  const test = useWrite<void, Trials>({
    run: () => api.post<Trials>(pathOf`/providers/${provider.name}/test`, {}),
    rereads: [['providers'], ['models'], ['requests']],
  });
  const none = provider.targets.length === 0;
  return (
    <Card
      title="Targets"
      description="Models at this provider that routes name, as this node sees them."
      actions={
        <Button
          size="sm"
          icon={<Zap size={14} />}
          busy={test.isPending}
          disabled={!may || none}
          title={
            none
              ? 'No model routes to it yet.'
              : may
                ? 'One request with each key, at most 16 tokens'
                : needsRole('admin', role)
          }
          onClick={() => test.mutate()}
        >
          {test.isPending ? 'Testing…' : 'Test'}
        </Button>
      }
    >
      {none ? (
        <p className="text-muted text-sm">No model routes to it yet. Add one below.</p>
      ) : (
        <DataTable
          label={`Targets at ${provider.name}`}
          columns={columns}
          rows={provider.targets}
          rowKey={({ model }) => model}
          card={(target) => <TargetCard target={target} />}
        />
      )}
      <div aria-live="polite">
        {test.isError ? <ErrorNote error={test.error} className="mt-4" /> : null}
        {test.data ? (
          <div className="mt-4 rounded-md bg-sunken px-3.5 py-3">
            <TrialList results={test.data.data} />
          </div>
        ) : null}
      </div>
    </Card>
  );
}
