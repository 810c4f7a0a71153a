// Whether metrics and traces go anywhere.
import type { Settings } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';
import { formatDuration } from '../../ui/format/quantity.ts';

export function TelemetryCard({ settings }: { readonly settings: Settings }) {
  const { telemetry } = settings;
  return (
    <Card title="Metrics and traces">
      <Facts
        facts={[
          {
            name: 'Prometheus',
            value: (
              <>
                <a
                  href="/metrics"
                  target="_blank"
                  rel="noreferrer"
                  className="text-accent-text hover:underline"
                >
                  /metrics
                </a>{' '}
                {telemetry.metrics_public ? 'is open to anyone who reaches this address' : 'needs a token'}
              </>
            ),
          },
          { name: 'Metrics by OTLP', value: <Export to={telemetry.metrics} /> },
          { name: 'Traces by OTLP', value: <Export to={telemetry.traces} /> },
        ]}
      />
    </Card>
  );
}

function Export({ to }: { readonly to: Settings['telemetry']['traces'] }) {
  if (to === null) {
    return (
      <>
        <Badge>Off</Badge> <Code>OTEL_EXPORTER_OTLP_ENDPOINT</Code> turns it on.
      </>
    );
  }
  return (
    <>
      <Badge tone="good">On</Badge> to <span className="break-all">{to.url}</span>, every{' '}
      {formatDuration(to.interval_ms)}
    </>
  );
}
