// The newest requests with a key.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KeyDetail, ListOf, Request } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { StatusMark } from '../../ui/request-status-mark.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Duration, Money, TimeAgo } from '../../ui/values.tsx';

export function KeyRequests({ subject }: { readonly subject: KeyDetail }) {
  const list = useQuery({
    ...resource<ListOf<Request>>('/requests', { key: subject.id, limit: 8 }),
    refetchInterval: 10_000,
  });
  return (
    <section aria-labelledby="newest-requests" className="min-w-0">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h2 id="newest-requests" className="font-semibold text-base">
          Newest requests
        </h2>
        <ButtonLink size="sm" variant="ghost" to="/requests" search={{ key: subject.id } as never}>
          All requests
        </ButtonLink>
      </div>
      {list.isError && list.data === undefined ? (
        <ErrorNote error={list.error} />
      ) : (
        <DataTable
          label="Newest requests"
          rows={list.data?.data}
          rowKey={({ id }) => id}
          expected={3}
          empty={
            <p className="rounded-lg border border-line border-dashed bg-surface px-4 py-6 text-center text-muted text-sm">
              No request with this key yet.
            </p>
          }
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
    </section>
  );
}
