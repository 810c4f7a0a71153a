// Limits as rows, and as cards on phones.
import { Link } from '@tanstack/react-router';
import { ListTree, Pencil, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Limit } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { LimitMeter, ResetsAt } from './limit-meter.tsx';
import { limitWords, scopeWords, shortAmount } from './limit-words.ts';

export interface LimitActions {
  readonly mayChange: boolean;
  readonly onEdit: (limit: Limit) => void;
  readonly onDelete: (limit: Limit) => void;
  readonly onCounters: (limit: Limit) => void;
}

export interface LimitsTableProps extends LimitActions {
  readonly rows: readonly Limit[] | undefined;
  readonly stale?: boolean;
  readonly empty: ReactNode;
  readonly label?: string;
}

export function LimitsTable({ rows, stale = false, empty, label = 'Limits', ...actions }: LimitsTableProps) {
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
      cell: (limit) => (limit.remaining === null ? null : shortAmount(limit.metric, limit.remaining)),
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
      cell: (limit) => <Actions limit={limit} {...actions} />,
    },
  ];
  return (
    <DataTable
      label={label}
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
            <Actions limit={limit} {...actions} />
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

function Standing({ limit, onCounters }: Pick<LimitActions, 'onCounters'> & { readonly limit: Limit }) {
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

function Actions({ limit, mayChange, onEdit, onDelete }: LimitActions & { readonly limit: Limit }) {
  if (limit.source === 'config' || !mayChange) return null;
  const words = `${scopeWords(limit.scope, limit.scope_names)}: ${limitWords(limit)}`;
  return (
    <span className="inline-flex items-center gap-1">
      <Button size="sm" variant="ghost" onClick={() => onEdit(limit)} aria-label={`Change ${words}`}>
        Change
      </Button>
      <Menu label={`More for ${words}`}>
        <MenuItem icon={<Pencil size={14} />} onSelect={() => onEdit(limit)}>
          Change the amount
        </MenuItem>
        <MenuItem danger icon={<Trash2 size={14} />} onSelect={() => onDelete(limit)}>
          Delete
        </MenuItem>
      </Menu>
    </span>
  );
}
