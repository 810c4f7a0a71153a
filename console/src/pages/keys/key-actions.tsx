// What can be done to a key, as buttons of its page. Whoever may not is told why.
import { Ban, CirclePlay, Pencil, RefreshCw, ShieldX } from 'lucide-react';
import type { KeyDetail } from '../../api/contract.ts';
import { useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { mayManage, whyNotManage } from './key-words.ts';
import { useDisableKey } from './use-disable-key.ts';

interface KeyActionsProps {
  readonly subject: KeyDetail;
  readonly onDo: (what: 'edit' | 'rotate' | 'revoke') => void;
}

export function KeyActions({ subject, onDo }: KeyActionsProps) {
  const session = useSession();
  const disable = useDisableKey();
  if (subject.status === 'revoked') return null;
  const may = mayManage(subject, session);
  const held = may ? {} : { disabled: true, title: whyNotManage(subject, session) };
  const isDisabled = subject.status === 'disabled';
  return (
    <div className="grid gap-1.5 sm:justify-items-end">
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={<Pencil size={14} />} {...held} onClick={() => onDo('edit')}>
          Edit
        </Button>
        <Button icon={<RefreshCw size={14} />} {...held} onClick={() => onDo('rotate')}>
          Rotate
        </Button>
        <Button
          icon={isDisabled ? <CirclePlay size={14} /> : <Ban size={14} />}
          {...held}
          busy={disable.isPending}
          onClick={() => disable.mutate({ key: subject, disabled: !isDisabled })}
        >
          {isDisabled ? 'Enable' : 'Disable'}
        </Button>
        <Button variant="danger-quiet" icon={<ShieldX size={14} />} {...held} onClick={() => onDo('revoke')}>
          Revoke
        </Button>
      </div>
      {may ? null : <p className="text-faint text-xs">{whyNotManage(subject, session)}</p>}
    </div>
  );
}
