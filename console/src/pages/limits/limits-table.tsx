// Limits as rows, and as cards on phones.
import { Link } from '@tanstack/react-router';
import { ListTree } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Limit } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Money } from '../../ui/values.tsx';
import { LimitActions } from './limit-actions.tsx';
import { LimitMeter, ResetsAt } from './limit-meter.tsx';
import { limitWords, scopeWords, shortAmount } from './limit-words.ts';

interface LimitsTableProps {
  readonly mayChange: boolean;
  readonly onEdit: (limit: Limit) => void;
  readonly onCounters: (limit: Limit) => void;
  readonly rows: readonly Limit[] | undefined;
  readonly stale?: boolean;
  readonly empty: ReactNode;
}

export function LimitsTable({ rows, stale = false, empty, ...actions }: LimitsTableProps) {
  const columns: readonly Column<Limit>[] = [
    { id: 'scope', header: 'Applies to', cell: (limit) => <Scope limit={limit} /> },
    {
      id: 'limit',
      header: 'Limit',
      cell: (limit) => <span className="tabular-nums">{limitWords(limit)}</span>,
    },
    {
      id: 'used',
      header: 'Used in this window',
      className: 'min-w-56',
      cell: (limit) => <Standing limit={limit} onCounters={actions.onCounters} />,
    },
    {
      id: 'left',
      header: 'Left',
      align: 'right',
      cell: ({ metric, remaining }) => {
        if (remaining === null) return null;
        return metric === 'cost' ? <Money usd={String(remaining)} /> : shortAmount(metric, remaining);
      },
    },
    {
      id: 'resets',
      header: 'Resets',
      className: 'whitespace-nowrap text-muted',
      cell: (limit) => <ResetsAt limit={limit} />,
    },
    {
      id: 'actions',
      header: <span className="sr-only">Actions</span>,
      align: 'right',
      className: 'w-px whitespace-nowrap',
      cell: (limit) => <LimitActions limit={limit} mayChange={actions.mayChange} onEdit={actions.onEdit} />,
    },
  ];
  return (
    <DataTable
      label="Limits"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      stale={stale}
      empty={empty}
      card={(limit) => (
        <div className="space-y-2">
          <div className="flex items-start justify-between gap-2">
            <div className="min-w-0">
              <Scope limit={limit} />
              <p className="text-muted text-sm">{limitWords(limit)}</p>
            </div>
            <LimitActions limit={limit} mayChange={actions.mayChange} onEdit={actions.onEdit} />
          </div>
          <Standing limit={limit} onCounters={actions.onCounters} />
          <p className="text-faint text-xs">
            Resets: <ResetsAt limit={limit} />
          </p>
        </div>
      )}
    />
  );
}

function Scope({ limit }: { readonly limit: Limit }) {
  const words = scopeWords(limit.scope, limit.scope_names);
  const { key } = limit.scope;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
      {key !== undefined && key !== '*' ? (
        <Link
          to="/keys/$id"
          params={{ id: key }}
          className="break-words font-medium hover:text-accent-text hover:underline"
        >
          {words}
        </Link>
      ) : (
        <span className="break-words font-medium">{words}</span>
      )}
      {limit.source === 'config' ? (
        <Badge title="It stands in tollgate.yaml and is changed there.">from tollgate.yaml</Badge>
      ) : null}
    </span>
  );
}

function Standing({ limit, onCounters }: Pick<LimitsTableProps, 'onCounters'> & { readonly limit: Limit }) {
  if (limit.settled !== null) {
    return (
      <LimitMeter
        limit={limit}
        label={`${scopeWords(limit.scope, limit.scope_names)}: ${limitWords(limit)}`}
      />
    );
  }
  return (
    <Button size="sm" variant="ghost" icon={<ListTree size={14} />} onClick={() => onCounters(limit)}>
      A counter each: show
    </Button>
  );
}
