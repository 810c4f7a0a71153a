// One metric: its whole, its chart, and the table of what it is split by.
import { useNavigate } from '@tanstack/react-router';
import { BarChart3 } from 'lucide-react';
import type { Usage } from '../../api/contract.ts';
import { type BucketWords, bucketWords } from '../../ui/bucket-chart/bucket-words.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { cx } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format/quantity.ts';
import type { SetSearch } from '../../ui/search-values.ts';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { DateOf, FullTime } from '../../ui/values.tsx';
import { Headline } from './headline.tsx';
import type { Metric } from './metrics.ts';
import { requestsSearch } from './requests-search.ts';
import { TimeTable } from './time-table.tsx';
import { UsageChart } from './usage-chart.tsx';
import type { UsageState } from './usage-state.ts';
import { ValueTable } from './value-table.tsx';

export interface UsageReportProps {
  readonly usage: Usage | undefined;
  readonly state: UsageState;
  readonly metric: Metric;
  readonly asTable: boolean;
  readonly sort: string | undefined;
  readonly setSearch: SetSearch;
  readonly stale: boolean;
}

export function UsageReport(props: UsageReportProps) {
  const { usage, state, metric, asTable, sort, setSearch, stale } = props;
  const isSplit = state.split !== 'none' && state.split !== 'class';
  if (usage && usage.total.requests === 0 && usage.total.errors === 0) return <NothingUsed {...props} />;
  const words = bucketWords(state.bucket, usage?.time_zone ?? 'UTC', isOneDay(state));
  return (
    <div className="space-y-4" data-loaded={usage !== undefined && !stale}>
      <Card className={cx('transition-opacity', stale && 'opacity-60')}>
        <Headline usage={usage} metric={metric} />
        <div className="mt-3">
          {usage === undefined ? (
            <>
              <Loading label="Loading usage" />
              <Skeleton className="h-65" />
              <div className="mt-2 h-4" />
            </>
          ) : asTable ? (
            <TimeTable usage={usage} state={state} metric={metric} words={words} />
          ) : (
            <Picking {...props} usage={usage} words={words} />
          )}
        </div>
        {usage ? <Notes usage={usage} running={asTable ? undefined : metric.adds ? 'bar' : 'value'} /> : null}
      </Card>
      {isSplit ? (
        <ValueTable
          usage={usage}
          state={state}
          metric={metric}
          sort={sort}
          onSort={(next) => setSearch({ sort: next })}
          stale={stale}
        />
      ) : null}
    </div>
  );
}

/** A bar leads to the days or hours in it, and an hour to its day's requests. */
function Picking({
  usage,
  state,
  metric,
  setSearch,
  words,
}: UsageReportProps & { readonly usage: Usage; readonly words: BucketWords }) {
  const navigate = useNavigate();
  const pick = (start: string, end: string) => {
    const from = words.date(start);
    const to = words.date(new Date(Date.parse(end) - 1).toISOString());
    if (state.bucket === 'hour') {
      void navigate({
        to: '/requests',
        search: requestsSearch({ ...state, range: undefined, from, to }, {}) as never,
      });
    } else setSearch({ from, to, range: undefined, bucket: undefined }, { push: true });
  };
  const pickWords =
    state.bucket === 'hour' ? 'Show the requests of this day' : `Show this ${state.bucket} by itself`;
  return (
    <UsageChart
      usage={usage}
      state={state}
      metric={metric}
      words={words}
      onPick={pick}
      pickWords={pickWords}
    />
  );
}

function isOneDay({ range, from, to }: UsageState): boolean {
  return range === '24h' || (from !== undefined && from === to);
}

function Notes({
  usage,
  running,
}: {
  readonly usage: Usage;
  /** What the last one is, where a chart is shown. */
  readonly running: 'bar' | 'value' | undefined;
}) {
  const last = usage.buckets.at(-1);
  const { looked } = usage;
  return (
    <p className="mt-2 text-faint text-xs">
      {running && last && !last.complete && Date.parse(last.end) > Date.parse(usage.to) - 1
        ? `${running === 'bar' ? 'The pale bar' : 'The last value'} is of a time that is still running. `
        : ''}
      {running && usage.previous ? (
        <>
          The broken line is the period before: <DateOf at={usage.previous.from} /> –{' '}
          <DateOf at={Date.parse(usage.previous.to) - 1} />.{' '}
        </>
      ) : null}
      {looked === null ? null : looked.complete ? (
        `Read from ${formatCount(looked.rows)} requests. Requests without an end user are left out. `
      ) : (
        <>
          Read from the newest {formatCount(looked.rows)} requests, which go back to{' '}
          <FullTime at={looked.from} />; what is older is left out. Choose a shorter range for exact sums.
        </>
      )}
    </p>
  );
}

function NothingUsed({ state, setSearch }: UsageReportProps) {
  const isFiltered = Object.keys(state.filters).length > 0;
  const clear = Object.fromEntries(Object.keys(state.filters).map((name) => [name, undefined]));
  return (
    <EmptyState
      icon={<BarChart3 size={22} />}
      title={isFiltered ? 'Nothing was used with these filters' : 'Nothing was used in this time'}
      action={
        <>
          {isFiltered ? <Button onClick={() => setSearch(clear)}>Clear filters</Button> : null}
          {state.range === '12m' ? null : (
            <Button
              onClick={() => setSearch({ range: '12m', from: undefined, to: undefined, bucket: undefined })}
            >
              Show 12 months
            </Button>
          )}
          <ButtonLink to="/playground">Send a request</ButtonLink>
        </>
      }
    >
      A request counts in the hour in which it began, once it is over.
    </EmptyState>
  );
}
