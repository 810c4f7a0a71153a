// The amount of the whole range in one line, with what it was before.
import type { Usage } from '../../api/contract.ts';
import { Delta } from '../../ui/delta.tsx';
import { formatCount, formatShare, plural } from '../../ui/format/quantity.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { type Metric, tokenClasses } from './metrics.ts';

export function Headline({ usage, metric }: { readonly usage: Usage | undefined; readonly metric: Metric }) {
  if (usage === undefined) {
    return (
      <div className="h-13">
        <Skeleton className="h-7 w-36" />
        <Skeleton className="mt-2 h-3.5 w-52" />
      </div>
    );
  }
  const amount = metric.amount(usage.total);
  const before = usage.previous;
  return (
    <div className="h-13">
      <p className="font-semibold text-2xl tabular-nums tracking-tight">
        {amount === null ? 'Not measured' : metric.words(amount)}
        {metric.adds ? null : <span className="ml-1.5 font-normal text-muted text-sm">p95</span>}
      </p>
      <p className="truncate text-muted text-sm">
        {before ? (
          <>
            <Delta
              now={amount}
              before={metric.amount(before.total)}
              words={metric.words}
              moreIsWorse={metric.moreIsWorse}
              inFull
            />{' '}
            compared with the period before
          </>
        ) : (
          besides(usage, metric)
        )}
      </p>
    </div>
  );
}

function besides({ total, outcomes }: Usage, { name }: Metric): string {
  if (name === 'tokens') {
    return tokenClasses
      .map(({ label, amount }) => `${formatCount(amount(total))} ${label.toLowerCase()}`)
      .join(' · ');
  }
  if (name === 'errors') {
    if (!outcomes) return `beside ${plural(total.requests, 'request')} that reached a model`;
    const { ended, failed, aborted } = outcomes;
    const share = formatShare(ended === 0 ? 0 : failed / ended);
    return `${formatCount(failed)} of ${plural(ended, 'request')} failed (${share}) · ${formatCount(aborted)} left by the client`;
  }
  if (name === 'duration' || name === 'first_token') {
    return `of ${plural(total.requests, 'request')} · ${total.exact_percentiles ? 'exact' : 'estimated from histograms'}`;
  }
  if (name === 'requests') return `that reached a model · ${plural(total.errors, 'error')} in all`;
  return `${plural(total.requests, 'request')} · ${plural(total.input_tokens + total.output_tokens, 'token')}`;
}
