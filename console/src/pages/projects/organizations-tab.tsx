// Organizations, simply: made, renamed, and deleted while they never had a project.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Organization } from '../../api/contract.ts';
import { messageOf } from '../../api/error.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { DataTable } from '../../ui/table.tsx';
import { useToast } from '../../ui/toast.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { rereadAccounts } from '../limits/reread.ts';
import { CreateOrganizationDialog } from './create-organization-dialog.tsx';
import { EditNamedSheet } from './edit-project-sheet.tsx';

export function OrganizationsTab() {
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Organization | null>(null);
  const mayChange = useMay('admin');
  const remove = useDelete();
  const list = useInfiniteQuery(pages<Organization>('/organizations'));
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  const menu = (organization: Organization) =>
    mayChange ? (
      <Menu label={`Actions of “${organization.name}”`}>
        <MenuItem icon={<Pencil size={14} />} onSelect={() => setEditing(organization)}>
          Edit…
        </MenuItem>
        <MenuItem danger icon={<Trash2 size={14} />} onSelect={() => remove.mutate(organization)}>
          Delete
        </MenuItem>
      </Menu>
    ) : null;
  return (
    <>
      <div className="mb-3 flex justify-end">
        <RoleButton
          variant="primary"
          icon={<Plus size={15} />}
          needs="admin"
          onClick={() => setCreating(true)}
        >
          Create organization
        </RoleButton>
      </div>
      {list.isError && rows === undefined ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Organizations"
          rows={rows}
          rowKey={({ id }) => id}
          expected={2}
          columns={[
            {
              id: 'name',
              header: 'Name',
              cell: (organization) => (
                <Link
                  to="/projects"
                  search={{ organization: organization.name } as never}
                  className="font-medium hover:text-accent-text hover:underline"
                >
                  <bdi>{organization.name}</bdi>
                </Link>
              ),
            },
            {
              id: 'metadata',
              header: 'Metadata',
              className: 'text-muted',
              cell: ({ metadata }) =>
                Object.entries(metadata ?? {})
                  .map(([name, value]) => `${name}: ${value}`)
                  .join(', '),
            },
            {
              id: 'created',
              header: 'Created',
              className: 'text-muted',
              // The one of the first migration has no date.
              cell: ({ created_at }) =>
                Date.parse(created_at) === 0 ? 'with the gateway' : <TimeAgo at={created_at} />,
            },
            {
              id: 'actions',
              header: <span className="sr-only">Actions</span>,
              align: 'right',
              className: 'w-px',
              cell: menu,
            },
          ]}
        />
      )}
      {rows && list.hasNextPage ? (
        <LoadMore
          shown={rows.length}
          what="organizations"
          hasMore
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
      {creating ? <CreateOrganizationDialog onClose={() => setCreating(false)} /> : null}
      {editing ? (
        <EditNamedSheet subject={editing} path="/organizations" onClose={() => setEditing(null)} />
      ) : null}
    </>
  );
}

/** At once, and made again by the toast: an organization that never had a project has nothing but its name. */
function useDelete() {
  const toast = useToast();
  const client = useQueryClient();
  const reread = () => rereadAccounts(client);
  return useMutation({
    mutationFn: (organization: Organization) =>
      api.delete(pathOf`/organizations/${organization.id}`, organization.revision),
    onSuccess: async (_, { name, metadata }) => {
      await reread();
      toast({
        title: `“${name}” is deleted`,
        action: {
          label: 'Undo',
          run: async () => {
            await api.post('/organizations', { name, metadata });
            await reread();
          },
        },
      });
    },
    onError: async (error) => {
      await reread();
      toast({ title: 'The organization was not deleted', detail: messageOf(error), tone: 'bad' });
    },
  });
}
