// Who sent it and where it went: the ids with their names, and what is kept of the client.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../api/contract.ts';
import { Card, Facts } from '../../../ui/card.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { plural } from '../../../ui/format/quantity.ts';
import { None } from '../../../ui/values.tsx';

const linkClass = 'rounded text-accent-text hover:underline';

const networks = {
  loopback: 'the machine of the gateway',
  private: 'a private network',
  public: 'a public address',
} as const;

export function Origin({ request }: { readonly request: RequestDetail }) {
  const { client } = request;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Who and where">
        <Facts
          facts={[
            {
              name: 'Key',
              value: (
                <Named id={request.key_id}>
                  <Link to="/keys/$id" params={{ id: request.key_id }} className={linkClass}>
                    {request.key_name ?? 'a key that is gone'}
                  </Link>
                </Named>
              ),
            },
            { name: 'Project', value: <Named id={request.project_id}>{request.project ?? 'unknown'}</Named> },
            { name: 'End user', value: request.end_user ?? <None /> },
            {
              name: 'Model',
              value: (
                <Link to="/models/$name" params={{ name: request.model }} className={linkClass}>
                  {request.model}
                </Link>
              ),
            },
            {
              name: 'Served by',
              value: (
                <>
                  <Link to="/providers/$name" params={{ name: request.provider }} className={linkClass}>
                    {request.provider}
                  </Link>{' '}
                  / {request.upstream_model}
                </>
              ),
            },
            { name: 'Node', value: `run ${request.node_epoch}` },
          ]}
        />
      </Card>
      <Card title="Client" description="All that is kept of its headers and its address.">
        <Facts
          facts={[
            { name: 'User agent', value: client.user_agent ?? <None label="not known" /> },
            {
              name: 'Called from',
              value: client.network === null ? <None label="not known" /> : networks[client.network],
            },
            { name: 'Asked for', value: request.stream ? 'a stream' : 'a whole answer' },
            {
              name: 'Idempotency key',
              value:
                client.idempotency_key === null ? (
                  <None label="not known" />
                ) : client.idempotency_key ? (
                  'yes'
                ) : (
                  'no'
                ),
            },
            {
              name: 'Tried before',
              value:
                client.retry !== null ? (
                  `${plural(client.retry, 'time')} by its SDK`
                ) : client.idempotency_key === null ? (
                  <None label="not known" />
                ) : (
                  'no, as far as it says'
                ),
            },
          ]}
        />
      </Card>
    </div>
  );
}

function Named({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-2">
      {children}
      <span className="inline-flex min-w-0 items-center">
        <span className="truncate font-mono text-faint text-xs">{id}</span>
        <CopyButton text={id} label={`Copy ${id}`} />
      </span>
    </span>
  );
}
