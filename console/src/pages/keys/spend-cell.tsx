// What a key or project used of the limit that stops it first.
import type { Key, Project } from '../../api/contract.ts';
import { LimitMeter } from '../limits/limit-meter.tsx';

type Spender = Pick<Key | Project, 'name' | 'limit'>;

export function SpendCell({ of, own }: { readonly of: Spender; readonly own: 'key' | 'project' }) {
  const { name, limit } = of;
  if (limit === null) return <span className="text-faint text-sm">No limit</span>;
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
