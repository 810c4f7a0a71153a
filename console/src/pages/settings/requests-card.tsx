// Settings of the server that clients notice.
import type { Settings } from '../../api/contract.ts';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';
import { formatBytes, formatDuration } from '../../ui/format/quantity.ts';

export function RequestsCard({ requests }: { readonly requests: Settings['requests'] }) {
  const { trusted_proxies: proxies } = requests;
  return (
    <Card title="Requests">
      <Facts
        facts={[
          { name: 'Largest body', value: formatBytes(requests.body_limit_bytes) },
          {
            name: 'Budget exhausted',
            value: (
              <>
                Clients get status {requests.quota_status} and <Code>insufficient_quota</Code>
              </>
            ),
          },
          {
            name: 'Idempotency-Key',
            value:
              requests.idempotency_ms === null
                ? 'The header is ignored'
                : `Answers are kept for ${formatDuration(requests.idempotency_ms)}`,
          },
          {
            name: 'Shutdown',
            value: `Streams under way get ${formatDuration(requests.shutdown_grace_ms)} to finish`,
          },
          {
            name: 'Trusted proxies',
            value:
              proxies.length === 0 ? (
                <>
                  None: the address of a client is that of its connection. Behind a proxy, set{' '}
                  <Code>server.trusted_proxies</Code>.
                </>
              ) : (
                proxies.join(', ')
              ),
          },
        ]}
      />
    </Card>
  );
}
