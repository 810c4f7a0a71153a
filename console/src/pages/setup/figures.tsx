// What is known of a request: first token, speed and tokens as they come; its cost from the row of the ledger, once that is settled.
// The row opens in a tab of its own: this page shows a key that is not shown again.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { RequestDetail } from '../../api/contract.ts';
import { Duration, Money, Tokens } from '../../ui/values.tsx';
import type { ChatProgress } from './chat-stream.ts';

export function Figures({ progress }: { readonly progress: ChatProgress }) {
  const { firstTokenMs, elapsedMs, tokens, reported, status, requestId } = progress;
  const row = useQuery({
    queryKey: ['requests', requestId, 'cost'],
    queryFn: ({ signal }) => api.get<RequestDetail>(pathOf`/requests/${requestId ?? ''}`, { signal }),
    enabled: status === 'done' && requestId !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'held' ? 400 : false),
  }).data;
  const settled = row && row.state !== 'held' ? row : undefined;
  const seconds = (elapsedMs - (firstTokenMs ?? elapsedMs)) / 1000;
  const speed = tokens > 1 && seconds > 0.05 ? (tokens - 1) / seconds : undefined;
  return (
    <dl className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4">
      <Figure name="First token" value={<Duration ms={firstTokenMs} />} />
      <Figure
        name="Speed"
        value={
          speed === undefined ? '–' : `${reported ? '' : '≈ '}${speed.toFixed(speed < 10 ? 1 : 0)} tokens/s`
        }
      />
      <Figure name="Output" value={<Tokens count={tokens} unit />} />
      <Figure
        name="Cost"
        value={
          settled ? (
            <>
              <Money usd={settled.cost_usd} />{' '}
              <Link
                to="/requests/$id"
                params={{ id: settled.id }}
                target="_blank"
                rel="noreferrer"
                className="whitespace-nowrap text-accent-text text-xs hover:underline"
              >
                in the ledger
                <span className="sr-only"> (opens a new tab)</span>
                <ExternalLink size={11} aria-hidden="true" className="ml-0.5 inline align-baseline" />
              </Link>
            </>
          ) : (
            <span className="text-faint">{status === 'done' ? 'settling…' : 'when it is done'}</span>
          )
        }
      />
    </dl>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <div>
      <dt className="text-faint text-xs">{name}</dt>
      <dd className="mt-0.5 font-medium text-sm tabular-nums">{value}</dd>
    </div>
  );
}
