// What can be done with a member. What has a way back is done at once, with that way in the note; what has none is asked for first.
import { Ban, Link2, LogOut, Pencil, RotateCcw, Trash2, Unlink } from 'lucide-react';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Member } from '../../api/contract.ts';
import { messageOf } from '../../api/error.ts';
import { useWrite } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { useToast } from '../../ui/toast.tsx';
import { DisableDialog } from './disable-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

type Opened = 'edit' | 'link' | 'disable' | 'remove';

export function MemberMenu({ member }: { readonly member: Member }) {
  const [opened, setOpened] = useState<Opened>();
  const toast = useToast();
  const self = useSession()?.member.id === member.id;
  const failed = (error: unknown) =>
    toast({ title: 'Nothing was changed', detail: messageOf(error), tone: 'bad' });
  const simple = useWrite({
    run: ({ run }: { readonly run: () => Promise<unknown>; readonly done: string }) => run(),
    rereads: [['members']],
    onDone: (_result, { done }) => toast({ title: done }),
  });
  const act = (done: string, run: () => Promise<unknown>) =>
    simple.mutate({ done, run }, { onError: failed });
  const { name, id, revision } = member;
  const disabled = member.status === 'disabled';
  const close = () => setOpened(undefined);
  return (
    <>
      <Menu label={`Actions of ${name}`}>
        <MenuItem icon={<Pencil size={14} />} onSelect={() => setOpened('edit')}>
          Edit
        </MenuItem>
        <MenuItem icon={<Link2 size={14} />} disabled={disabled} onSelect={() => setOpened('link')}>
          {member.status === 'invited' ? 'New invitation link' : 'Link for a new password'}
        </MenuItem>
        <MenuItem
          icon={<LogOut size={14} />}
          disabled={member.sessions === 0}
          onSelect={() =>
            act(`${name} is signed out everywhere`, () => api.delete(pathOf`/members/${id}/sessions`))
          }
        >
          Sign out everywhere
        </MenuItem>
        {member.sso.length > 0 ? (
          <MenuItem
            icon={<Unlink size={14} />}
            onSelect={() =>
              act(`${name} is untied; the next sign-in with that address ties the account anew`, () =>
                api.delete(pathOf`/members/${id}/sso`),
              )
            }
          >
            Untie single sign-on
          </MenuItem>
        ) : null}
        <MenuSeparator />
        {disabled ? (
          <MenuItem
            icon={<RotateCcw size={14} />}
            onSelect={() =>
              act(`${name} is enabled`, () =>
                api.patch(pathOf`/members/${id}`, { disabled: false }, revision),
              )
            }
          >
            Enable
          </MenuItem>
        ) : (
          <MenuItem icon={<Ban size={14} />} disabled={self} onSelect={() => setOpened('disable')}>
            Disable
          </MenuItem>
        )}
        <MenuItem icon={<Trash2 size={14} />} danger disabled={self} onSelect={() => setOpened('remove')}>
          Remove
        </MenuItem>
      </Menu>
      {opened === 'edit' ? <EditDialog member={member} onClose={close} /> : null}
      {opened === 'link' ? <LinkDialog member={member} onClose={close} /> : null}
      {opened === 'disable' ? <DisableDialog member={member} onClose={close} /> : null}
      {opened === 'remove' ? <RemoveDialog member={member} onClose={close} /> : null}
    </>
  );
}
