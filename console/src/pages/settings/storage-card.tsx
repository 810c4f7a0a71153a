// Where everything is kept, and for how long.
import type { Settings } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';
import { formatBytes, formatDuration } from '../../ui/format/quantity.ts';

const modes: Record<Settings['content_logging']['mode'], string> = {
  off: 'Off',
  keys: 'Of chosen keys',
  errors: 'Failed requests',
  all: 'All requests',
};

export function StorageCard({ settings }: { readonly settings: Settings }) {
  const { storage, content_logging: content } = settings;
  return (
    <Card title="Storage and retention">
      <Facts
        facts={[
          {
            name: 'Database',
            value: (
              <>
                {storage.kind === 'sqlite' ? 'SQLite, one node' : 'PostgreSQL, any number of nodes'}
                <br />
                <Code className="break-all">{storage.database}</Code>
              </>
            ),
          },
          { name: 'Data folder', value: <Code className="break-all">{storage.data_folder}</Code> },
          {
            name: 'Ledger',
            value:
              storage.ledger_retention_ms === null
                ? 'Rows are kept for ever'
                : `Rows are kept for ${formatDuration(storage.ledger_retention_ms)}`,
          },
          {
            name: 'Content logging',
            value:
              content.mode === 'off' ? (
                <>
                  <Badge>Off</Badge> Prompts and answers are not kept. <Code>logging.content</Code> in
                  tollgate.yaml turns it on.
                </>
              ) : (
                <>
                  <Badge tone="warn">{modes[content.mode]}</Badge> up to {formatBytes(content.max_bytes)} of
                  prompt and answer each, encrypted, for {formatDuration(content.retention_ms)}
                </>
              ),
          },
        ]}
      />
    </Card>
  );
}
