// The newest requests with a key.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KeyDetail, ListOf, Request } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Duration, Money, TimeAgo } from '../../ui/values.tsx';
import { StatusMark } from '../requests/status-mark.tsx';

export function KeyRequests({ subject }: { readonly subject: KeyDetail }) {
  const list = useQuery({
    ...resource<ListOf<Request>>('/requests', { key: subject.id, limit: 8 }),
    refetchInterval: 10_000,
  });
  return (
    <Card
      title="Newest requests"
      actions={
        <ButtonLink size="sm" variant="ghost" to="/requests" search={{ key: subject.id } as never}>
          All requests
        </ButtonLink>
      }
    >
      {list.isError && list.data === undefined ? (
        <ErrorNote error={list.error} />
      ) : (
        <DataTable
          label="Newest requests"
          rows={list.data?.data}
          rowKey={({ id }) => id}
          expected={3}
          empty={<p className="text-muted text-sm">No request with this key yet.</p>}
          columns={[
            {
              id: 'at',
              header: 'When',
              cell: (row) => (
                <Link
                  to="/requests/$id"
                  params={{ id: row.id }}
                  className="hover:text-accent-text hover:underline"
                >
                  <TimeAgo at={row.started_at} />
                </Link>
              ),
            },
            {
              id: 'model',
              header: 'Model',
              className: 'max-w-48',
              cell: (row) => (
                <span className="block truncate" title={row.model}>
                  {row.model}
                </span>
              ),
            },
            { id: 'outcome', header: 'Outcome', cell: (row) => <StatusMark request={row} /> },
            { id: 'cost', header: 'Cost', align: 'right', cell: (row) => <Money usd={row.cost_usd} /> },
            {
              id: 'duration',
              header: 'Duration',
              align: 'right',
              cell: (row) => <Duration ms={row.duration_ms} />,
            },
          ]}
        />
      )}
    </Card>
  );
}
