// The embedded model: how it comes up, what it is, how busy it is.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { Fragment } from 'react';
import { api } from '../../api/client.ts';
import type { LocalModel } from '../../api/contract.ts';
import { resource, useWrite } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { StatusDot, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { formatBytes, formatCount, formatDuration } from '../../ui/format/quantity.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { None, Tokens } from '../../ui/values.tsx';

const states: Readonly<Record<LocalModel['state'], readonly [Tone, string]>> = {
  off: ['neutral', 'Switched off'],
  locating: ['accent', 'Looking for a model'],
  downloading: ['accent', 'Downloading'],
  loading: ['accent', 'Loading'],
  ready: ['good', 'Ready'],
  restarting: ['warn', 'Restarting'],
  failed: ['bad', 'Failed'],
  stopped: ['neutral', 'Stopped'],
};

export function LocalModelCard() {
  const found = useQuery({
    ...resource<LocalModel>('/local'),
    refetchInterval: ({ state }) => (state.data?.state === 'off' ? 30_000 : 2_000),
  });
  const may = useMay('admin');
  const retry = useWrite({ run: () => api.post<LocalModel>('/local/retry'), rereads: [['local']] });
  const local = found.data;
  return (
    <div className="mt-5">
      <Card
        title="Embedded model"
        description="Runs inside the gateway, costs nothing and sends nothing anywhere."
        actions={
          local?.state === 'failed' && may ? (
            <Button
              size="sm"
              icon={<RotateCw size={14} />}
              busy={retry.isPending}
              onClick={() => retry.mutate()}
            >
              Try again
            </Button>
          ) : null
        }
      >
        {found.isError && !local ? <ErrorNote error={found.error} /> : null}
        {local ? <Shown local={local} /> : found.isError ? null : <Skeleton className="h-24 w-full" />}
        {retry.isError ? <ErrorNote error={retry.error} className="mt-3" /> : null}
      </Card>
    </div>
  );
}

function Shown({ local }: { readonly local: LocalModel }) {
  const [tone, words] = states[local.state];
  const coming = local.state === 'downloading' || local.state === 'loading';
  return (
    <div className="grid gap-x-10 gap-y-4 lg:grid-cols-2">
      <div className="min-w-0">
        <StatusDot tone={tone} live={coming}>
          <span className="font-medium">{words}</span>
        </StatusDot>
        <p aria-live="polite" className="mt-1 break-words text-muted text-sm">
          {local.detail}
        </p>
        {coming ? <Progress local={local} /> : null}
        {local.models.length > 0 ? (
          <p className="mt-3 text-sm">
            <span className="text-muted">Answers for </span>
            {local.models.map((name, index) => (
              <Fragment key={name}>
                {index > 0 ? ', ' : ''}
                <Link to="/models/$name" params={{ name }} className="text-accent-text hover:underline">
                  {name}
                </Link>
              </Fragment>
            ))}
          </p>
        ) : null}
        <p className="mt-2 text-faint text-xs">
          <Code>TOLLGATE_LOCAL_MODEL</Code>{' '}
          {local.setting ? <>is {local.setting}.</> : <>is not set, so the gateway chose the model.</>}
        </p>
      </div>
      {local.state === 'ready' ? (
        <Facts
          facts={[
            { name: 'Model file', value: local.model ?? <None /> },
            { name: 'Context', value: <Tokens count={local.context_window} unit /> },
            {
              name: 'Slots busy',
              value: local.slots === null ? <None /> : `${local.slots_busy ?? 0} of ${local.slots}`,
            },
            {
              name: 'Waiting',
              value: local.queue === null ? <None /> : `${local.queue} of at most ${local.queue_limit ?? 0}`,
            },
            {
              name: 'Speed lately',
              value: local.tokens_per_second
                ? `${local.tokens_per_second} tokens per second`
                : 'no request yet',
            },
            {
              name: 'Memory',
              value: local.memory_bytes === null ? <None /> : formatBytes(local.memory_bytes),
            },
            {
              name: 'Since its start',
              value:
                local.decoded_tokens === null ? (
                  <None />
                ) : (
                  `${formatCount(local.prompt_tokens ?? 0)} tokens read, ${formatCount(local.decoded_tokens)} written`
                ),
            },
          ]}
        />
      ) : null}
    </div>
  );
}

function Progress({ local }: { readonly local: LocalModel }) {
  const { download, progress } = local;
  const percent = Math.floor((progress ?? 0) * 100);
  return (
    <div className="mt-3">
      <div
        role="progressbar"
        aria-label={local.state === 'loading' ? 'Loading the model' : 'Downloading the model'}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(progress === null ? {} : { 'aria-valuenow': percent })}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className="h-full rounded-full bg-accent"
          style={{ width: `${progress === null ? 30 : percent}%` }}
        />
      </div>
      {download ? (
        <p className="mt-1.5 text-faint text-xs tabular-nums">
          {formatBytes(download.bytes)}
          {download.total === null ? '' : ` of ${formatBytes(download.total)}`}
          {download.bytes_per_second > 0 ? ` · ${formatBytes(download.bytes_per_second)} per second` : ''}
          {download.seconds_left === null ? '' : ` · ${formatDuration(download.seconds_left * 1000)} left`}
        </p>
      ) : null}
    </div>
  );
}
