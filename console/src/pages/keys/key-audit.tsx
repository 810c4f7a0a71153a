// Who changed a key, and when; for administrators.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry, KeyDetail } from '../../api/contract.ts';
import { pages, rowsOf } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TimeAgo } from '../../ui/values.tsx';

const words: Readonly<Record<string, string>> = {
  'key.create': 'created it',
  'key.update': 'changed it',
  'key.disable': 'disabled it',
  'key.enable': 'enabled it',
  'key.rotate': 'gave it a new secret',
  'key.revoke': 'revoked it',
};

export function KeyAudit({ subject }: { readonly subject: KeyDetail }) {
  const list = useInfiniteQuery(pages<AuditEntry>('/audit', { target_id: subject.id, limit: 10 }));
  const rows = list.data === undefined ? undefined : rowsOf(list.data);
  return (
    <Card
      title="Changes"
      actions={
        <ButtonLink size="sm" variant="ghost" to="/audit" search={{ target_id: subject.id } as never}>
          Audit log
        </ButtonLink>
      }
    >
      {list.isError && rows === undefined ? <ErrorNote error={list.error} /> : null}
      {rows === undefined && !list.isError ? <Skeleton className="h-16" /> : null}
      <ol className="space-y-2 text-sm">
        {rows?.map((entry) => (
          <li key={entry.id} className="flex flex-wrap items-baseline gap-x-2">
            <span className="text-faint">
              <TimeAgo at={entry.at} />
            </span>
            <span>
              <span className="font-medium">{entry.actor}</span> {words[entry.action] ?? entry.action}
              <Changed entry={entry} />
            </span>
          </li>
        ))}
      </ol>
      {rows?.length === 0 ? <p className="text-muted text-sm">No change is on record.</p> : null}
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
    </Card>
  );
}

/** Names of the fields that differ. */
function Changed({ entry }: { readonly entry: AuditEntry }) {
  const before = (entry.before ?? {}) as Readonly<Record<string, unknown>>;
  const after = (entry.after ?? {}) as Readonly<Record<string, unknown>>;
  if (entry.action !== 'key.update') return null;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.length === 0 ? null : (
    <span className="text-muted">: {names.map((name) => name.replaceAll('_', ' ')).join(', ')}</span>
  );
}
