// The route of a model target by target: live state, and a test that asks each of them one small question.
import { Link } from '@tanstack/react-router';
import { Zap } from 'lucide-react';
import { api, pathOf } from '../../api/client.ts';
import type { Model, Target, Trials } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { needsRole, useMay, useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { formatShare } from '../../ui/format/quantity.ts';
import { TargetState } from '../../ui/routing/target-state.tsx';
import { TrialList } from '../../ui/routing/trial-list.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Duration, None, TimeAgo } from '../../ui/values.tsx';
import { RouteDiagram } from './route-diagram.tsx';

interface Row {
  readonly target: Target;
  readonly group: number;
  readonly share: number;
  readonly id: string;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'group',
    header: 'Order',
    className: 'w-px whitespace-nowrap text-muted tabular-nums',
    cell: ({ group }) => group + 1,
  },
  {
    id: 'target',
    header: 'Target',
    className: 'min-w-44',
    cell: ({ target }) => (
      <span className="break-all">
        <Link
          to="/providers/$name"
          params={{ name: target.provider }}
          className="font-medium hover:text-accent-text hover:underline"
        >
          {target.provider}
        </Link>
        <span className="text-muted"> / {target.model}</span>
      </span>
    ),
  },
  { id: 'state', header: 'State', cell: ({ target }) => <TargetState target={target} /> },
  { id: 'share', header: 'Share', align: 'right', cell: ({ share }) => formatShare(share) },
  {
    id: 'latency',
    header: 'First token',
    align: 'right',
    cell: ({ target }) => <Duration ms={target.latency_ms} />,
  },
  { id: 'busy', header: 'In flight', align: 'right', cell: ({ target }) => target.in_flight },
  {
    id: 'error',
    header: 'Last error',
    className: 'max-w-56',
    cell: ({ target: { last_error: last } }) =>
      last ? (
        <span className="block truncate" title={last.message}>
          <TimeAgo at={last.at} /> <span className="font-mono text-muted text-xs">{last.code}</span>
        </span>
      ) : (
        <None />
      ),
  },
];

function TargetCard({ row: { target, group, share } }: { readonly row: Row }) {
  const { last_error: last } = target;
  return (
    <div className="space-y-1 text-sm">
      <p className="break-all">
        <span className="text-faint tabular-nums">{group + 1}. </span>
        <span className="font-medium">{target.provider}</span>
        <span className="text-muted"> / {target.model}</span>
      </p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <TargetState target={target} />
        <span className="text-muted text-xs">{formatShare(share)} of its group</span>
        <span className="text-muted text-xs">
          first token <Duration ms={target.latency_ms} />
        </span>
      </div>
      {last ? (
        <p className="break-words text-muted text-xs">
          <TimeAgo at={last.at} />: {last.message}
        </p>
      ) : null}
    </div>
  );
}

export function ModelRouteCard({ model }: { readonly model: Model }) {
  const may = useMay('admin');
  const role = useSession()?.member.role;
  const test = useWrite<void, Trials>({
    run: () => api.post<Trials>(pathOf`/models/${model.name}/test`, {}),
    rereads: [['models'], ['providers'], ['requests']],
  });
  const rows = model.route.flatMap((group, index) => {
    const total = group.reduce((sum, { weight }) => sum + weight, 0);
    return group.map(
      (target, place): Row => ({
        target,
        group: index,
        share: target.weight / total,
        id: `${index}.${place}`,
      }),
    );
  });
  return (
    <Card
      title="Route"
      description="As this node sees it. States are live."
      actions={
        <Button
          size="sm"
          icon={<Zap size={14} />}
          busy={test.isPending}
          disabled={!may || rows.length === 0}
          title={may ? 'One request to each target, at most 16 tokens' : needsRole('admin', role)}
          onClick={() => test.mutate()}
        >
          {test.isPending ? 'Testing…' : 'Test each target'}
        </Button>
      }
    >
      <RouteDiagram model={model} />
      {rows.length > 0 ? (
        <div className="mt-4">
          <DataTable
            label={`Targets of ${model.name}`}
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            card={(row) => <TargetCard row={row} />}
          />
        </div>
      ) : null}
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
