// The first thing after signing in: what is spent, whether it works, and what needs somebody. On a fresh gateway, how to begin.
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DayChart } from './day-chart.tsx';
import { GetStarted } from './get-started.tsx';
import { LimitsCard } from './limits-card.tsx';
import { NewestErrors } from './newest-errors.tsx';
import { ProvidersCard } from './providers-card.tsx';
import { useDay, useKeys, useLimits, useMonth } from './questions.ts';
import { Tiles } from './tiles.tsx';
import { TopList } from './top-list.tsx';

export function OverviewPage() {
  const [day, month, keys, limits] = [useDay(), useMonth(), useKeys(), useLimits()];
  const failed = [day, month].find((answer) => answer.isError && answer.data === undefined);
  // Nothing this month and in the month before, so nothing that a chart could show.
  const isFresh =
    month.data !== undefined &&
    [month.data.total, month.data.previous?.total].every(
      (total) => total === undefined || total.requests + total.errors === 0,
    );
  return (
    <>
      <PageHeader title="Overview" />
      {failed ? (
        <ErrorState
          error={failed.error}
          onRetry={() => {
            void day.refetch();
            void month.refetch();
          }}
          title="Usage could not be read"
        />
      ) : isFresh ? (
        <GetStarted keys={keys.data?.data} />
      ) : (
        <div className="space-y-4" data-loaded={day.data !== undefined && month.data !== undefined}>
          <Tiles day={day.data} month={month.data} limits={limits.data?.data} />
          <DayChart day={day.data} />
          <div className="grid gap-4 lg:grid-cols-2">
            <TopList
              title="Top models"
              range="Last 24 hours, by requests"
              usage={day.data}
              dimension="model"
              search={{ range: '24h', metric: 'requests' }}
            />
            <TopList
              title="Top keys"
              range="This month, by cost"
              usage={month.data}
              dimension="key"
              search={{ range: 'month', by: 'key' }}
            />
          </div>
          <div className="grid gap-4 lg:grid-cols-2">
            <LimitsCard limits={limits} keys={keys} />
            <ProvidersCard />
          </div>
          <NewestErrors />
        </div>
      )}
    </>
  );
}
