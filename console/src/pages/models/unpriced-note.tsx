// Says which models have no price: their requests are refused, since nobody could say what they cost.
import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
import type { Model } from '../../api/contract.ts';

const shown = 5;

export function UnpricedNote({ models }: { readonly models: readonly Model[] }) {
  const unpriced = models.filter(({ price, problem }) => price === null && problem === null);
  if (unpriced.length === 0) return null;
  const several = unpriced.length > 1;
  return (
    <div className="mb-4 flex items-start gap-2.5 rounded-lg bg-warn-soft px-4 py-3 text-sm text-warn-text">
      <TriangleAlert size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
      <p className="min-w-0 break-words">
        {unpriced.slice(0, shown).map(({ name }, index) => (
          <Fragment key={name}>
            {index > 0 ? ', ' : ''}
            <Link to="/models/$name" params={{ name }} className="font-medium underline">
              {name}
            </Link>
          </Fragment>
        ))}
        {unpriced.length > shown ? ` and ${unpriced.length - shown} more` : ''}{' '}
        {several ? 'have no price: requests for them are' : 'has no price: requests for it are'} refused until{' '}
        {several ? 'they have' : 'it has'} one.
      </p>
    </div>
  );
}
