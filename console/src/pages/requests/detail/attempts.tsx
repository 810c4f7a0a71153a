// Every call to an upstream, in the order they were made, with what became of it in words.
import { Link } from '@tanstack/react-router';
import type { Attempt, RequestDetail } from '../../../api/contract.ts';
import { StatusDot } from '../../../ui/badge.tsx';
import { Card } from '../../../ui/card.tsx';
import { type Column, DataTable } from '../../../ui/table.tsx';
import { Duration, None } from '../../../ui/values.tsx';

interface Numbered extends Attempt {
  readonly number: number;
  readonly meaning: string | undefined;
}

const columns: readonly Column<Numbered>[] = [
  { id: 'number', header: '#', className: 'w-10 text-muted', cell: ({ number }) => number },
  {
    id: 'target',
    header: 'Upstream',
    cell: ({ provider, upstream_model: model, credential }) => (
      <>
        <Link
          to="/providers/$name"
          params={{ name: provider }}
          className="rounded font-medium hover:underline"
        >
          {provider}
        </Link>
        <span className="text-muted"> / {model}</span>
        {credential === null ? null : (
          <span className="block font-mono text-2xs text-faint">{credential}</span>
        )}
      </>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    cell: ({ status, error, meaning }) => (
      <>
        <StatusDot tone={error === null ? 'good' : error === 'superseded' ? 'neutral' : 'bad'}>
          {error ?? 'answered'}
        </StatusDot>
        <span className="ml-2 text-muted text-xs">{status === null ? 'no answer' : `status ${status}`}</span>
        {meaning === undefined ? null : <span className="block text-muted text-xs">{meaning}</span>}
      </>
    ),
  },
  {
    id: 'start',
    header: 'Began after',
    align: 'right',
    className: 'w-28',
    cell: ({ start_ms: ms }) => <Duration ms={ms} />,
  },
  {
    id: 'took',
    header: 'Took',
    align: 'right',
    className: 'w-28',
    cell: ({ duration_ms: ms }) => <Duration ms={ms} />,
  },
];

export function Attempts({ request }: { readonly request: RequestDetail }) {
  const meanings = new Map(request.help.map(({ code, meaning }) => [code, meaning]));
  const attempts = request.attempts.map((attempt, index) => ({
    ...attempt,
    number: index + 1,
    meaning: attempt.error === null ? undefined : meanings.get(attempt.error),
  }));
  return (
    <Card title="Attempts" description={words(request)} flush>
      {attempts.length === 0 ? (
        <p className="px-4 py-3.5 text-muted text-sm">
          {request.state === 'held' ? 'Shown when the request is over.' : <None />}
        </p>
      ) : (
        <div className="[&>div>section]:rounded-none [&>div>section]:border-0">
          <DataTable
            label="Attempts"
            columns={columns}
            rows={attempts}
            rowKey={({ number }) => String(number)}
          />
        </div>
      )}
    </Card>
  );
}

function words({ attempts, state }: RequestDetail): string {
  if (attempts.length === 0) return state === 'held' ? 'Under way' : 'None is known';
  const failed = attempts.filter(({ error }) => error !== null).length;
  if (failed === 0)
    return attempts.length === 1 ? 'The first one answered.' : 'All of them answered in part.';
  return failed === attempts.length
    ? 'None of them answered whole.'
    : `${failed} of ${attempts.length} failed.`;
}
