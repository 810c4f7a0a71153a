// Earlier conversations of this browser: open, delete, or delete all.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { History as HistoryIcon, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { cx } from '../../../ui/class-names.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Sheet } from '../../../ui/dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { TimeAgo } from '../../../ui/values.tsx';
import type { History } from './history.ts';

export const historyKey = ['playground-history'] as const;

export interface HistorySheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly history: History;
  readonly currentId: string;
  readonly onPick: (id: string) => void;
}

export function HistorySheet(props: HistorySheetProps) {
  const { open, onOpenChange, history, currentId, onPick } = props;
  const client = useQueryClient();
  const [clearing, setClearing] = useState(false);
  const list = useQuery({ queryKey: historyKey, queryFn: () => history.list(), enabled: open });
  const reread = () => client.invalidateQueries({ queryKey: historyKey });
  const entries = list.data ?? [];
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      size="sm"
      title="Conversations"
      description="Kept in this browser only, for you: the gateway does not have them, and other devices do not show them."
      footer={
        <Button disabled={entries.length === 0} onClick={() => setClearing(true)}>
          Delete all
        </Button>
      }
    >
      {list.isError ? (
        <ErrorState error={list.error} title="This browser does not give out its storage" />
      ) : entries.length === 0 && !list.isPending ? (
        <EmptyState icon={<HistoryIcon size={20} />} title="No conversations yet">
          What you send here is kept in this browser, so that you can come back to it.
        </EmptyState>
      ) : (
        <ul className="space-y-0.5">
          {entries.map(({ id, title, models, updatedAt }) => (
            <li
              key={id}
              className={cx(
                'flex items-center gap-1 rounded-md pr-1 hover:bg-sunken',
                id === currentId && 'bg-sunken',
              )}
            >
              <button
                type="button"
                className="min-w-0 flex-1 rounded-md px-2.5 py-2 text-left"
                aria-current={id === currentId ? 'true' : undefined}
                onClick={() => {
                  onPick(id);
                  onOpenChange(false);
                }}
              >
                <span dir="auto" className="block truncate text-sm">
                  {title}
                </span>
                <span className="block truncate text-faint text-xs">
                  <TimeAgo at={updatedAt} /> · {models.join(' and ')}
                </span>
              </button>
              <IconButton
                size="sm"
                label={`Delete “${title}”`}
                icon={<Trash2 size={13} />}
                onClick={() => void history.remove(id).then(reread)}
              />
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={clearing}
        onOpenChange={setClearing}
        title="Delete all conversations?"
        action="Delete all"
        onConfirm={() =>
          void history
            .clear()
            .then(reread)
            .then(() => setClearing(false))
        }
      >
        <p>
          All {entries.length} conversations of this browser are gone then. The requests stay in the ledger,
          without what was said.
        </p>
      </ConfirmDialog>
    </Sheet>
  );
}
