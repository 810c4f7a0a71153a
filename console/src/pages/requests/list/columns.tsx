// How a request stands in one line of the list.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Request } from '../../../api/contract.ts';
import { cx } from '../../../ui/class-names.ts';
import { StatusMark } from '../../../ui/request-status-mark.tsx';
import { ClockTime, Duration, Money, None, TimeAgo, Tokens } from '../../../ui/values.tsx';

export interface RequestColumn {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (request: Request) => ReactNode;
  readonly align?: 'right';
  readonly className: string;
}

export type TimeStyle = 'clock' | 'relative';

export function requestColumns(time: TimeStyle): readonly RequestColumn[] {
  return [
    {
      id: 'time',
      header: 'Time',
      className: 'w-33',
      cell: (request) => (
        <Link
          to="/requests/$id"
          params={{ id: request.id }}
          className="rounded text-muted hover:text-ink hover:underline"
          data-request={request.id}
        >
          <Moment at={request.started_at} style={time} />
        </Link>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      className: 'w-52',
      cell: (request) => <StatusMark request={request} />,
    },
    {
      id: 'key',
      header: 'Key',
      className: 'w-36',
      cell: (request) => <KeyName request={request} />,
    },
    {
      id: 'model',
      header: 'Model',
      className: '',
      cell: (request) => <ModelPath request={request} />,
    },
    {
      id: 'input',
      header: 'Input',
      align: 'right',
      className: 'w-18',
      cell: ({ usage }) => <Tokens count={usage?.input_tokens} />,
    },
    {
      id: 'output',
      header: 'Output',
      align: 'right',
      className: 'w-18',
      cell: ({ usage }) => <Tokens count={usage?.output_tokens} />,
    },
    {
      id: 'cost',
      header: 'Cost',
      align: 'right',
      className: 'w-28',
      cell: ({ cost_nanousd: cost }) => <Money nano={cost} />,
    },
    {
      id: 'first-token',
      header: 'First token',
      align: 'right',
      className: 'w-22',
      cell: ({ first_token_ms: ms }) => <Duration ms={ms} />,
    },
    {
      id: 'duration',
      header: 'Duration',
      align: 'right',
      className: 'w-22',
      cell: ({ duration_ms: ms }) => <Duration ms={ms} />,
    },
  ];
}

export function Moment({ at, style }: { readonly at: string; readonly style: TimeStyle }) {
  return style === 'clock' ? <ClockTime at={at} /> : <TimeAgo at={at} />;
}

export function KeyName({ request }: { readonly request: Request }) {
  const { key_name: name, key_id: id, project } = request;
  if (name === null) {
    return (
      <span className="block truncate font-mono text-faint text-xs" title={`${id} is not there any more`}>
        {id}
      </span>
    );
  }
  return (
    <span dir="auto" className="block truncate" title={`${name} · project ${project ?? 'unknown'} · ${id}`}>
      {name}
    </span>
  );
}

/** The model's public name, and who served it under which name. */
export function ModelPath({ request, wrap = false }: { readonly request: Request; readonly wrap?: boolean }) {
  const { model, provider, upstream_model: upstream } = request;
  const served = upstream === model ? provider : `${provider} / ${upstream}`;
  return (
    <span className={cx('block', !wrap && 'truncate')} title={`${model} → ${provider} / ${upstream}`}>
      {model}
      <span className="text-faint text-xs">
        <span aria-hidden="true"> → </span>
        <span className="sr-only"> served by </span>
        {served === '' ? <None /> : served}
      </span>
    </span>
  );
}
