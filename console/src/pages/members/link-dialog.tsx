// A new link for a member: says what it does before it is made, then shows it once.
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Member, MemberLink } from '../../api/contract.ts';
import { useWrite } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { LinkOnce } from './link-once.tsx';

interface LinkDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

export function LinkDialog({ member, onClose }: LinkDialogProps) {
  const [link, setLink] = useState<MemberLink>();
  const make = useWrite({
    run: () => api.post<MemberLink>(pathOf`/members/${member.id}/link`),
    rereads: [['members']],
    onDone: setLink,
  });
  const invited = member.status === 'invited';
  return (
    <Dialog
      open
      held={link !== undefined}
      onOpenChange={onClose}
      title={invited ? `New invitation for ${member.name}` : `New password for ${member.name}`}
      footer={
        link ? (
          <Button onClick={onClose}>Done</Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" busy={make.isPending} onClick={() => make.mutate()}>
              Create link
            </Button>
          </>
        )
      }
    >
      {link ? (
        <LinkOnce link={link} name={member.name} />
      ) : (
        <div className="space-y-2 text-muted text-sm">
          <p>
            {invited
              ? 'A link that works once, for 7 days. An invitation made before stops working.'
              : 'A link that works once, for 24 hours. Links made before stop working.'}
          </p>
          {invited ? null : (
            <p>The password there is stays until the link is used. Then every session ends.</p>
          )}
          {make.error ? <ErrorNote error={make.error} /> : null}
        </div>
      )}
    </Dialog>
  );
}
