// The conversation as a link. It says what the link has in it, and that whoever has the link has that.
import { useEffect, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { formatCount, plural } from '../../../ui/format/quantity.ts';
import { Input } from '../../../ui/input.tsx';
import { linkMark } from '../../../ui/playground-link/form.ts';
import { pack } from '../../../ui/playground-link/pack.ts';
import { Skeleton } from '../../../ui/skeleton.tsx';
import type { Session } from '../conversation/session.ts';
import { type Sharing, toShared } from './shared.ts';

export interface ShareDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly session: Session;
}

/** Some mail programs and chats cut addresses beyond this. */
const longAddress = 8_000;

export function ShareDialog({ open, onOpenChange, session }: ShareDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="md"
      title="Share this conversation"
      description="Everything is in the link itself, after the #: it is not sent to a server and cannot be taken back."
    >
      <Link session={session} />
    </Dialog>
  );
}

function turnsWords({ shared: { turns, others = [] } }: Sharing): string {
  const shown = `the ${plural(turns.length, 'turn')} shown now`;
  return others.length > 0 ? `${shown}, with the answers of both models` : shown;
}

function Link({ session }: { readonly session: Session }) {
  const [made, setMade] = useState<{ readonly link: string; readonly sharing: Sharing }>();
  useEffect(() => {
    let left = false;
    const sharing = toShared(session);
    void pack(sharing.shared).then((packed) => {
      if (!left) setMade({ sharing, link: `${location.origin}/playground${linkMark}${packed}` });
    });
    return () => {
      left = true;
    };
  }, [session]);
  if (!made) return <Skeleton className="h-24 w-full" />;
  const { link, sharing } = made;
  return (
    <div className="space-y-3">
      <div className="flex gap-2">
        <Input aria-label="Link" readOnly mono value={link} onFocus={(event) => event.target.select()} />
        <CopyButton text={link} label="Copy link" labelled size="md" variant="primary" />
      </div>
      <ul className="list-disc space-y-1 pl-5 text-muted text-sm">
        <li>
          It carries the system prompt, parameters, tools and {turnsWords(sharing)}, in{' '}
          {formatCount(link.length)} characters. Whoever opens it must be signed in here, and sends nothing by
          opening it.
        </li>
        {sharing.imagesLeftOut > 0 ? (
          <li className="text-warn-text">
            {sharing.imagesLeftOut === 1 ? 'One image is' : `${sharing.imagesLeftOut} images are`} too large
            for a link and left out.
          </li>
        ) : null}
        {link.length > longAddress ? (
          <li className="text-warn-text">
            The link is long: some mail programs and chats cut it. Delete turns to make it shorter.
          </li>
        ) : null}
      </ul>
    </div>
  );
}
