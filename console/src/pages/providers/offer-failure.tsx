// Why a provider did not say which models it has, in its own words too.
import { CircleAlert } from 'lucide-react';
import type { OfferedModels } from '../../api/contract.ts';

export function OfferFailure({ failure }: { readonly failure: NonNullable<OfferedModels['failure']> }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad-text text-sm"
    >
      <CircleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
      <div className="min-w-0 break-words">
        <p>{failure.message}</p>
        {failure.upstream_message ? (
          <p className="mt-0.5">
            It said: <q className="font-mono text-xs">{failure.upstream_message}</q>
          </p>
        ) : null}
        {failure.status === null ? null : <p className="mt-0.5 text-xs">HTTP {failure.status}</p>}
      </div>
    </div>
  );
}
