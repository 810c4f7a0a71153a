// Every limit that requests of a key or project count for, as a list: its own, which are made and changed here, and those it
// shares with others.
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Limit } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { CountersSheet } from './counters-sheet.tsx';
import { EditLimitDialog } from './edit-limit-dialog.tsx';
import { LimitActions } from './limit-actions.tsx';
import { LimitMeter, ResetsAt } from './limit-meter.tsx';
import { limitWords, scopeWords } from './limit-words.ts';

interface OwnerLimitsProps {
  /** `/keys/key_1/limits` */
  readonly path: string;
  readonly owner: { readonly kind: 'key' | 'project'; readonly id: string };
  readonly empty: ReactNode;
}

export function OwnerLimits({ path, owner, empty }: OwnerLimitsProps) {
  const [editing, setEditing] = useState<Limit | null>(null);
  const [counting, setCounting] = useState<Limit | null>(null);
  const mayChange = useMay('admin');
  const list = useInfiniteQuery({ ...pages<Limit>(path), refetchInterval: 15_000 });
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  return (
    <>
      {list.isError && rows === undefined ? <ErrorNote error={list.error} /> : null}
      {rows === undefined && !list.isError ? (
        <>
          <Loading label="Loading limits" />
          <Skeleton className="h-14" />
        </>
      ) : null}
      {rows?.length === 0 ? empty : null}
      <ul className="divide-y divide-line">
        {rows?.map((limit) => (
          <li key={limit.id} className="py-3 first:pt-0 last:pb-0">
            <div className="mb-1 flex items-center justify-between gap-3">
              <p className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm">
                <span className="font-medium">{limitWords(limit)}</span>
                <span className="text-muted">{whose(limit, owner)}</span>
                {limit.source === 'config' ? <Badge>from tollgate.yaml</Badge> : null}
              </p>
              <LimitActions limit={limit} mayChange={mayChange} onEdit={setEditing} />
            </div>
            {limit.settled === null ? (
              <Button size="sm" onClick={() => setCounting(limit)}>
                Show its counters
              </Button>
            ) : (
              <LimitMeter
                limit={limit}
                label={limitWords(limit)}
                aside={
                  <>
                    {resets(limit) ? 'resets ' : ''}
                    <ResetsAt limit={limit} />
                  </>
                }
              />
            )}
          </li>
        ))}
      </ul>
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
      <EditLimitDialog limit={editing} onClose={() => setEditing(null)} />
      <CountersSheet limit={counting} onClose={() => setCounting(null)} />
    </>
  );
}

const resets = ({ metric, window_end }: Limit) => metric !== 'concurrent' && window_end !== null;

/** Nothing for its own: the page says whose it is. */
function whose({ scope, scope_names }: Limit, owner: OwnerLimitsProps['owner']): string {
  const { [owner.kind]: own, ...rest } = scope;
  const isOwn = own === owner.id && Object.keys(rest).length === 0;
  return isOwn ? '' : scopeWords(scope, scope_names);
}
