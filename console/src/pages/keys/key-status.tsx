// The state of a key: a dot with its word, and what it means as tooltip.
import type { Key } from '../../api/contract.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { statusMeaning, statusTones, statusWords } from './key-words.ts';

export function KeyStatus({ status }: { readonly status: Key['status'] }) {
  return (
    <StatusDot tone={statusTones[status]} title={statusMeaning[status]}>
      {statusWords[status]}
    </StatusDot>
  );
}
