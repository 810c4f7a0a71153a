// The ways in by an identity provider: links, since the browser leaves the page.
import { ShieldCheck } from 'lucide-react';
import type { SessionOptions } from '../../api/contract.ts';
import { buttonClass } from '../../ui/button.tsx';

export interface SsoLinksProps {
  readonly providers: SessionOptions['sso'];
  readonly next: string;
  /** Opens beside the page, which has something that must not be lost. */
  readonly newTab?: boolean;
}

export function SsoLinks({ providers, next, newTab = false }: SsoLinksProps) {
  return (
    <ul className="space-y-2">
      {providers.map(({ name, url }) => (
        <li key={name}>
          <a
            href={next === '/' ? url : `${url}?next=${encodeURIComponent(next)}`}
            {...(newTab ? { target: '_blank', rel: 'noreferrer' } : {})}
            className={`${buttonClass()} w-full hover:bg-sunken`}
          >
            <ShieldCheck size={15} aria-hidden="true" />
            Continue with {name}
            {newTab ? <span className="sr-only"> in a new tab</span> : null}
          </a>
        </li>
      ))}
    </ul>
  );
}

export function Or() {
  return (
    <div className="my-4 flex items-center gap-3 text-faint text-xs">
      <span className="h-px flex-1 bg-line" />
      or
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}
