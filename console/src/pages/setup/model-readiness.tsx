// Whether a model can answer now, as it is: what the embedded model is at, with its progress, and what to do where none will.
import type { ConfigState, PlaygroundModel } from '../../api/contract.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { Meter } from '../../ui/meter.tsx';

/** `local` is the name of the model that comes with the gateway. */
function providerWords(name: string | undefined): string {
  return name === 'local' ? 'the embedded model, on this machine' : (name ?? 'a provider');
}

interface ModelReadinessProps {
  readonly model: PlaygroundModel | undefined;
  readonly engine: ConfigState['engine'] | undefined;
}

export function ModelReadiness({ model, engine }: ModelReadinessProps) {
  if (!model) {
    return (
      <StatusDot tone="warn">
        There is no model yet: add a provider on the providers page, then come back.
      </StatusDot>
    );
  }
  if (model.state === 'ready') {
    return <StatusDot tone="good">Ready · answered by {providerWords(model.providers[0])}</StatusDot>;
  }
  const loading = model.state === 'loading';
  const progress = loading ? engine?.progress : undefined;
  return (
    <div role="status" className="space-y-1.5">
      <StatusDot tone={loading ? 'accent' : 'warn'} live={loading}>
        <span className="whitespace-normal">
          {(loading ? engine?.detail : undefined) ?? model.reason ?? 'Not ready yet.'}
        </span>
      </StatusDot>
      {progress === undefined || progress === null ? null : (
        <Meter
          label="Progress of the embedded model"
          used={progress}
          limit={1}
          words={`${Math.floor(progress * 100)} %`}
        />
      )}
    </div>
  );
}
