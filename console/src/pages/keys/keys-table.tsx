// Keys as rows, and as cards on phones. Headers sort what the gateway can sort.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Key } from '../../api/contract.ts';
import { useSession } from '../../api/session.ts';
import { useSearchValues } from '../../ui/search-values.ts';
import { type Column, DataTable } from '../../ui/table.tsx';
import { DateOf, Money, TimeAgo } from '../../ui/values.tsx';
import { KeyMenu } from './key-menu.tsx';
import { KeyStatus } from './key-status.tsx';
import { mayManage, modelsWords } from './key-words.ts';
import { SpendCell } from './spend-cell.tsx';

interface KeysTableProps {
  readonly rows: readonly Key[] | undefined;
  readonly stale: boolean;
  readonly empty: ReactNode;
  readonly onRotate: (key: Key) => void;
  readonly onRevoke: (key: Key) => void;
}

export function KeysTable({ rows, stale, empty, onRotate, onRevoke }: KeysTableProps) {
  const sortBy = useSort();
  const session = useSession();
  const menu = (key: Key) =>
    key.status === 'revoked' || !mayManage(key, session) ? null : (
      <KeyMenu subject={key} onRotate={onRotate} onRevoke={onRevoke} />
    );
  const columns: readonly Column<Key>[] = [
    {
      id: 'name',
      header: 'Name',
      className: 'min-w-40',
      sort: sortBy('name'),
      cell: (key) => <NameCell of={key} />,
    },
    {
      id: 'project',
      header: 'Project, models',
      className: 'max-w-44 max-lg:hidden',
      cell: ({ project, models }) => (
        <>
          <span dir="auto" className="block truncate" title={project}>
            {project}
          </span>
          <span className="block truncate text-faint text-xs" title={models?.join(', ')}>
            {modelsWords(models)}
          </span>
        </>
      ),
    },
    { id: 'status', header: 'Status', cell: (key) => <KeyStatus of={key} /> },
    {
      id: 'spend',
      header: 'This month',
      align: 'right',
      sort: sortBy('spend'),
      cell: (key) => <Money usd={key.spend_usd} />,
    },
    {
      id: 'limit',
      header: 'Used of its tightest limit',
      className: 'min-w-44 max-w-64 max-[1360px]:max-w-48',
      cell: (key) => <SpendCell of={key} own="key" />,
    },
    {
      id: 'last_used',
      header: 'Last used',
      className: 'text-muted',
      sort: sortBy('last_used'),
      cell: (key) => <TimeAgo at={key.last_used_at} none={<span className="text-faint">never</span>} />,
    },
    {
      id: 'expires',
      header: 'Expires',
      className: 'text-muted max-[1360px]:hidden',
      sort: sortBy('expires'),
      cell: (key) => <DateOf at={key.expires_at} none={<span className="text-faint">never</span>} />,
    },
    {
      id: 'actions',
      header: <span className="sr-only">Actions</span>,
      align: 'right',
      className: 'w-px',
      cell: menu,
    },
  ];
  return (
    <DataTable
      label="API keys"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      stale={stale}
      empty={empty}
      rowClass={({ status }) => (status === 'revoked' ? 'text-faint' : undefined)}
      card={(key) => (
        <div className="space-y-2">
          <div className="flex items-start justify-between gap-2">
            <NameCell of={key} />
            <span className="flex items-center gap-1">
              <KeyStatus of={key} />
              {menu(key)}
            </span>
          </div>
          <SpendCell of={key} own="key" />
          <p className="text-faint text-xs">
            <Money usd={key.spend_usd} /> this month · {key.project} · used{' '}
            <TimeAgo at={key.last_used_at} none="never" />
          </p>
        </div>
      )}
    />
  );
}

function NameCell({ of: key }: { readonly of: Key }) {
  return (
    <div className="min-w-0 max-w-60 max-[1360px]:max-w-48">
      <Link
        to="/keys/$id"
        params={{ id: key.id }}
        dir="auto"
        className="block truncate font-medium text-ink hover:text-accent-text hover:underline"
        title={key.name}
      >
        {key.name}
      </Link>
      <span className="block truncate font-mono text-faint text-xs">{key.preview}</span>
    </div>
  );
}

/** A second press turns the order round; the third goes back to the newest first. */
function useSort() {
  const [search, setSearch] = useSearchValues();
  return (column: 'name' | 'spend' | 'last_used' | 'expires') => {
    const first = column === 'name' || column === 'expires' ? 'asc' : 'desc';
    const current = search.sort === column ? (search.order ?? first) : undefined;
    return {
      direction:
        current === undefined
          ? ('none' as const)
          : current === 'asc'
            ? ('ascending' as const)
            : ('descending' as const),
      onSort: () => {
        if (current === undefined) setSearch({ sort: column, order: undefined });
        else if (current === first) setSearch({ sort: column, order: first === 'asc' ? 'desc' : 'asc' });
        else setSearch({ sort: undefined, order: undefined });
      },
    };
  };
}
