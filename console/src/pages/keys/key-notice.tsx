// Why a key is refused at the moment, where it is.
import { Info } from 'lucide-react';
import type { KeyDetail } from '../../api/contract.ts';
import { FullTime } from '../../ui/values.tsx';

export function KeyNotice({ subject }: { readonly subject: KeyDetail }) {
  const { status, expires_at, revoked_at, project_archived: archived } = subject;
  if (status === 'active' && !archived) return null;
  return (
    <p className="mb-5 flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn-text">
      <Info size={15} className="mt-0.5 shrink-0" aria-hidden="true" />
      <span>
        {status === 'active' && archived
          ? `Its project “${subject.project}” is archived: clients using the key get 403 until the project is restored.`
          : null}
        {status === 'disabled' ? 'Disabled: clients using it get 403 until it is enabled.' : null}
        {status === 'expired' ? (
          <>
            Expired on <FullTime at={expires_at} />: clients using it get 403. Give it a later end to use it
            again.
          </>
        ) : null}
        {status === 'revoked' ? (
          <>
            Revoked on <FullTime at={revoked_at} />: clients using it get 401, for ever.
          </>
        ) : null}
      </span>
    </p>
  );
}
