// The state of a key: a dot with its word, and what it means as tooltip.
import type { Key } from '../../api/contract.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { statusMeaning, statusTones, statusWords } from './key-words.ts';

export function KeyStatus({ of: key }: { readonly of: Pick<Key, 'status' | 'project_archived'> }) {
  const { status } = key;
  if (status === 'active' && key.project_archived) {
    return (
      <StatusDot tone="warn" title="Requests with it get 403 until its project is restored.">
        Project archived
      </StatusDot>
    );
  }
  return (
    <StatusDot tone={statusTones[status]} title={statusMeaning[status]}>
      {statusWords[status]}
    </StatusDot>
  );
}
