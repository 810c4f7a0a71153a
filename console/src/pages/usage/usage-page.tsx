// What was used: cost, requests, tokens, errors and latencies over time, by whatever pays for them. All of it is in the
// address, and all of it comes in one answer.
import { useQuery } from '@tanstack/react-query';
import { Download, Table2 } from 'lucide-react';
import { adminPrefix, queryString } from '../../api/client.ts';
import type { Usage } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { Controls } from './controls.tsx';
import { metricOf, metrics } from './metrics.ts';
import { UsageReport } from './usage-report.tsx';
import { queryOf, readState } from './usage-state.ts';
import { zoneWords } from './zone-words.ts';

export function UsagePage() {
  const [search, setSearch] = useSearchValues();
  const state = readState(search);
  const query = queryOf(state);
  const answer = useQuery<Usage>({ ...resource<Usage>('/usage', query), refetchInterval: 60_000 });
  const metric = metricOf(state.metric);
  const asTable = search.view === 'table';
  // What is still shown of other questions does not fit these.
  const usage = answer.isPlaceholderData && !fits(answer.data, query) ? undefined : answer.data;
  return (
    <>
      <PageHeader
        title="Usage"
        description={
          usage ? zoneWords(usage.time_zone, Date.parse(usage.from)) : 'Sums of the ledger over time.'
        }
        actions={
          <>
            <Button
              icon={<Table2 size={15} />}
              aria-pressed={asTable}
              onClick={() => setSearch({ view: asTable ? undefined : 'table' })}
            >
              {asTable ? 'Show as chart' : 'Show as table'}
            </Button>
            <a
              className={buttonClass({})}
              href={`${adminPrefix}/usage${queryString({ ...query, top: undefined, compare: undefined, format: 'csv' })}`}
              download
            >
              <Download size={15} aria-hidden="true" />
              CSV
            </a>
          </>
        }
      />
      <Controls state={state} usage={answer.data} setSearch={setSearch} />
      <Tabs
        label="What is shown"
        value={state.metric}
        onValue={(name) =>
          setSearch({ metric: name === 'cost' ? undefined : name, by: undefined, sort: undefined })
        }
        tabs={metrics.map(({ name, label }) => ({
          value: name,
          label,
          content:
            answer.isError && usage === undefined ? (
              <ErrorState
                error={answer.error}
                onRetry={() => void answer.refetch()}
                title="Usage could not be read"
              />
            ) : (
              <UsageReport
                usage={usage}
                state={state}
                metric={metric}
                asTable={asTable}
                sort={search.sort}
                setSearch={setSearch}
                stale={answer.isPlaceholderData}
              />
            ),
        }))}
      />
    </>
  );
}

/** The answer before stays while a filter or range changes; with other groups it has nothing to show. */
function fits(usage: Usage | undefined, query: ReturnType<typeof queryOf>): boolean {
  return usage !== undefined && usage.group_by.join(',') === query.group_by;
}
