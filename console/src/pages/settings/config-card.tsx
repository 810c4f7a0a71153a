// The gateway itself and the file it is configured by. A file that was refused is the first thing said.
import type { Settings } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';
import { TimeAgo } from '../../ui/values.tsx';

export function ConfigCard({ settings }: { readonly settings: Settings }) {
  const { config, version, node_version, started_at, time_zone } = settings;
  return (
    <Card
      title="Gateway"
      actions={
        config.refused === null ? (
          <Badge tone="good">Configuration in force</Badge>
        ) : (
          <Badge tone="bad">File refused</Badge>
        )
      }
    >
      {config.refused === null ? null : (
        <div role="alert" className="mb-4 rounded-md bg-bad-soft px-3 py-2 text-bad-text text-sm">
          <p className="font-medium">
            tollgate.yaml as it is now was not taken over; what was in force before still is.
          </p>
          <pre className="mt-1 whitespace-pre-wrap break-words font-mono text-xs">{config.refused}</pre>
        </div>
      )}
      <Facts
        facts={[
          { name: 'Version', value: version },
          { name: 'Started', value: <TimeAgo at={started_at} /> },
          { name: 'Node', value: node_version },
          {
            name: 'Configuration file',
            value:
              config.file === null ? (
                <>
                  None. <Code>tollgate.yaml</Code> in the folder it is started from is read, or{' '}
                  <Code>TOLLGATE_CONFIG</Code> names another.
                </>
              ) : (
                <Code className="break-all">{config.file}</Code>
              ),
          },
          {
            name: 'Generation',
            value: `${config.generation} (one more each time the configuration is taken over)`,
          },
          { name: 'Time zone', value: `${time_zone}: days and months of limits and reports begin there` },
        ]}
      />
    </Card>
  );
}
