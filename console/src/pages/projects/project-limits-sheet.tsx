// Every limit that requests of a project count for: its own, which are made and changed here, and those of its organization.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { Limit, Project } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { CountersSheet } from '../limits/counters-sheet.tsx';
import { CreateLimitSheet } from '../limits/create-limit-sheet.tsx';
import { EditLimitDialog } from '../limits/edit-limit-dialog.tsx';
import { LimitsTable } from '../limits/limits-table.tsx';
import { useDeleteLimit } from '../limits/use-delete-limit.ts';

interface ProjectLimitsSheetProps {
  readonly subject: Project;
  readonly onClose: () => void;
}

export function ProjectLimitsSheet({ subject, onClose }: ProjectLimitsSheetProps) {
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Limit | null>(null);
  const [counting, setCounting] = useState<Limit | null>(null);
  const remove = useDeleteLimit();
  const mayChange = useMay('admin');
  const list = useInfiniteQuery({
    ...pages<Limit>(pathOf`/projects/${subject.id}/limits`),
    refetchInterval: 15_000,
  });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  const add = mayChange ? (
    <Button icon={<Plus size={14} />} onClick={() => setCreating(true)}>
      Add a limit
    </Button>
  ) : null;
  // One window at a time: the one on top is closed first.
  const top = creating || editing !== null || counting !== null;
  return (
    <>
      <Sheet
        open={!top}
        onOpenChange={(open) => (open || top ? undefined : onClose())}
        size="lg"
        title={`Limits of “${subject.name}”`}
        description="Its own, and those of its organization. The first that is full stops all of its keys."
        footer={rows && rows.length > 0 ? add : null}
      >
        {list.isError && rows === undefined ? (
          <ErrorNote error={list.error} />
        ) : (
          <LimitsTable
            label="Limits of this project"
            rows={rows}
            mayChange={mayChange}
            onEdit={setEditing}
            onDelete={(limit) => remove.mutate(limit)}
            onCounters={setCounting}
            empty={
              <EmptyState title="No limit stops this project" action={add}>
                Its keys may spend as much as the providers sell, each within its own limits.
              </EmptyState>
            }
          />
        )}
        {list.hasNextPage ? (
          <Button className="mt-3" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        ) : null}
      </Sheet>
      <CreateLimitSheet
        open={creating}
        onClose={() => setCreating(false)}
        scope={[{ kind: 'project', value: subject.id, name: subject.name }]}
      />
      <EditLimitDialog limit={editing} onClose={() => setEditing(null)} />
      <CountersSheet limit={counting} onClose={() => setCounting(null)} />
    </>
  );
}
