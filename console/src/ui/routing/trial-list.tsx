// What came of small real requests to targets: whether each answers, how fast, what it cost, and what the upstream said.
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { TrialResult } from '../../api/contract.ts';
import { formatUsd } from '../format/money.ts';
import { formatDuration, plural } from '../format/quantity.ts';

export function TrialList({ results }: { readonly results: readonly TrialResult[] }) {
  return (
    <ul aria-label="Test results" className="divide-y divide-line">
      {results.map((result) => (
        <li
          key={`${result.provider} ${result.model} ${result.credential}`}
          className="py-2.5 first:pt-0 last:pb-0"
        >
          <Trial result={result} />
        </li>
      ))}
    </ul>
  );
}

function Trial({ result }: { readonly result: TrialResult }) {
  const { ok, error } = result;
  const Icon = ok ? CircleCheck : CircleAlert;
  return (
    <div className="flex items-start gap-2.5 text-sm">
      <Icon
        size={16}
        aria-hidden="true"
        className={`mt-0.5 shrink-0 ${ok ? 'text-good-text' : 'text-bad-text'}`}
      />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="font-medium">{ok ? 'It answers' : 'It does not answer'}</span>{' '}
          <span className="font-mono text-muted text-xs">
            {result.provider} / {result.model}
            {result.credential ? ` · ${result.credential}` : ''}
          </span>
        </p>
        {error ? <p className="mt-0.5 break-words text-bad-text">{error.message}</p> : null}
        {error?.upstream_message ? (
          <p className="mt-0.5 break-words text-muted">
            It said: <q className="font-mono text-xs">{error.upstream_message}</q>
          </p>
        ) : null}
        <p className="mt-0.5 text-faint text-xs tabular-nums">{factsOf(result).join(' · ')}</p>
      </div>
    </div>
  );
}

function factsOf(result: TrialResult): string[] {
  const { status, latency_ms: latency, first_token_ms: first, usage, cost, answered_by: by } = result;
  return [
    ...(status === null ? [] : [`HTTP ${status}`]),
    ...(first === null ? [] : [`first token ${formatDuration(first)}`]),
    `${formatDuration(latency)} in all`,
    ...(usage ? [`${usage.input} + ${plural(usage.output, 'token')}`] : []),
    ...(by && by !== result.model ? [`answered by ${by}`] : []),
    ...(cost === null ? (result.ok ? ['not in the ledger: no price'] : []) : [`cost ${formatUsd(cost)}`]),
  ];
}
