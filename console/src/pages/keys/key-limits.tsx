// Every limit that requests with a key count for: its own, which are made and changed here, and those it shares.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { KeyDetail, Limit } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { CountersSheet } from '../limits/counters-sheet.tsx';
import { CreateLimitSheet } from '../limits/create-limit-sheet.tsx';
import { EditLimitDialog } from '../limits/edit-limit-dialog.tsx';
import { LimitsTable } from '../limits/limits-table.tsx';
import { useDeleteLimit } from '../limits/use-delete-limit.ts';

export function KeyLimits({ subject }: { readonly subject: KeyDetail }) {
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Limit | null>(null);
  const [counting, setCounting] = useState<Limit | null>(null);
  const remove = useDeleteLimit();
  const mayChange = useMay('admin') && subject.status !== 'revoked';
  const list = useInfiniteQuery({
    ...pages<Limit>(pathOf`/keys/${subject.id}/limits`),
    refetchInterval: 15_000,
  });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  return (
    <Card
      title="Limits"
      description="Its own, and those of what it belongs to. The first that is full stops it."
      actions={
        mayChange ? (
          <Button size="sm" icon={<Plus size={14} />} onClick={() => setCreating(true)}>
            Add a limit
          </Button>
        ) : null
      }
    >
      {list.isError && rows === undefined ? (
        <ErrorNote error={list.error} />
      ) : (
        <LimitsTable
          label="Limits of this key"
          rows={rows}
          mayChange={mayChange}
          onEdit={setEditing}
          onDelete={(limit) => remove.mutate(limit)}
          onCounters={setCounting}
          empty={
            <p className="text-muted text-sm">
              No limit stops this key: it may spend as much as the providers sell.
            </p>
          }
        />
      )}
      {list.hasNextPage ? (
        <Button
          size="sm"
          className="mt-3"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Load more
        </Button>
      ) : null}
      <CreateLimitSheet
        open={creating}
        onClose={() => setCreating(false)}
        scope={[{ kind: 'key', value: subject.id, name: subject.name }]}
      />
      <EditLimitDialog limit={editing} onClose={() => setEditing(null)} />
      <CountersSheet limit={counting} onClose={() => setCounting(null)} />
    </Card>
  );
}
