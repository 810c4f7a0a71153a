// The status of a request as it stands in the list and on its page.
import type { Request } from '../api/contract.ts';
import { StatusDot } from './badge.tsx';
import { statusOf } from './request-status.ts';

interface StatusMarkProps {
  readonly request: Pick<Request, 'state' | 'error' | 'partial' | 'recovered'>;
  /** With the error's code behind it. */
  readonly code?: boolean;
}

export function StatusMark({ request, code = true }: StatusMarkProps) {
  const status = statusOf(request);
  return (
    <span className="inline-flex min-w-0 items-baseline gap-1.5">
      <StatusDot tone={status.tone} live={status.live} title={status.explains}>
        {status.word}
      </StatusDot>
      {code && status.code !== null ? (
        <code className="truncate font-mono text-2xs text-muted" title={status.code}>
          {status.code}
        </code>
      ) : null}
    </span>
  );
}
