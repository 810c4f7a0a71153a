// A link that was just made, to be copied and handed over: it is shown once.
import { Link2 } from 'lucide-react';
import type { MemberLink } from '../../api/contract.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FullTime } from '../../ui/values.tsx';

interface LinkOnceProps {
  readonly link: MemberLink;
  readonly name: string;
}

export function LinkOnce({ link, name }: LinkOnceProps) {
  return (
    <div className="space-y-3">
      <p className="text-sm">
        {link.kind === 'invite'
          ? `Hand this link to ${name}. Whoever opens it first becomes that member.`
          : `Hand this link to ${name}. Whoever opens it first sets the password.`}{' '}
        The gateway sends no mail, and shows the link only now.
      </p>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
        <Link2 size={15} aria-hidden="true" className="shrink-0 text-faint" />
        <code className="min-w-0 flex-1 break-all py-1 font-mono text-xs">{link.url}</code>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-faint text-xs">
          Works once, until <FullTime at={link.expires_at} />.
        </p>
        <CopyButton text={link.url} label="Copy link" labelled size="md" variant="primary" />
      </div>
    </div>
  );
}
