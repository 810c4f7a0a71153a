// What a key or project used, against the limit that stops it first; without one what it spent this month.
import type { Key, Project } from '../../api/contract.ts';
import { Money } from '../../ui/values.tsx';
import { LimitMeter } from '../limits/limit-meter.tsx';

type Spender = Pick<Key | Project, 'name' | 'limit' | 'spend_usd'>;

export function SpendCell({ of, own }: { readonly of: Spender; readonly own: 'key' | 'project' }) {
  const { name, limit, spend_usd: spend } = of;
  if (limit === null) {
    return (
      <span className="text-sm">
        <Money usd={spend} /> <span className="text-faint">this month, no limit</span>
      </span>
    );
  }
  return (
    <LimitMeter
      limit={limit}
      label={`Tightest limit of ${name}`}
      whose={limit.scope[own] === undefined ? ownerOf(limit.scope) : undefined}
    />
  );
}

/** Whose limit it is, when it is shared. */
function ownerOf(scope: NonNullable<Key['limit']>['scope']): string {
  return scope.project === undefined ? 'its organization' : 'its project';
}
