// `/usage`: sums of the ledger by any of its dimensions, with percentiles, beside the period before.
import { Readable } from 'node:stream';
import type { Projects } from '../../accounts/projects.ts';
import { periodBefore } from '../../accounts/usage-buckets.ts';
import { isTimeZone, type WindowOf } from '../../budgets/window.ts';
import type { Clock } from '../../core/clock.ts';
import type { UsageQuery, UsageReader } from '../../core/usage-report.ts';
import * as contract from '../contract/usage.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime } from '../times.ts';
import { csvLines, idsIn, namesFor, showPeriod } from './usage-answer.ts';
import { type Groups, groupsOf } from './usage-groups.ts';
import { invalid } from './usage-invalid.ts';
import { readPeriod, readPeriodBefore } from './usage-period.ts';
import { mostRows, type Period, type Question } from './usage-question.ts';
import { rangeOf } from './usage-range.ts';
import { tooManyRows } from './usage-slices.ts';

export interface UsageParts {
  readonly reader: UsageReader;
  readonly projects: Projects;
  readonly windowOf: WindowOf;
  readonly timeZone: () => string;
  readonly clock: Clock;
}

export function usageEndpoints(parts: UsageParts): Endpoint[] {
  const { reader, clock } = parts;
  return [
    endpoint({
      resource: 'usage',
      method: 'GET',
      path: '/usage',
      summary: 'Cost, requests, tokens, errors and latency over time',
      description:
        'From sums per hour and day: `from` and `to` are widened to whole hours, by default the last 30 days. A request counts in the hour in which it began, once it is over. Percentiles are exact where at most 1,000 requests lie in the range, and estimated from histograms where there are more. End users are in no sum: `group_by=end_user` and `end_user` are read from the newest 100,000 rows of the range, without percentiles, and `looked` says how far back that went.',
      query: contract.UsageQuery,
      status: 200,
      answer: contract.Usage,
      handle: async ({ query }) => {
        const now = clock.now();
        const asked = await questionOf(parts, query);
        const range = rangeOf(query, now, asked.calendar);
        const periods: [Period, Period?] = [await readPeriod(reader, asked, range)];
        if (query.compare !== undefined) {
          periods.push(await readPeriodBefore(reader, asked, periodBefore(range, asked.calendar)));
        }
        const [period, before] = periods;
        if (period.data.length > mostRows) {
          throw tooManyRows();
        }
        const { groups } = asked;
        const all = [period, ...(before ? [before] : [])];
        const { keyId, projectId } = asked.filter;
        const names = namesFor(
          await reader.names(
            [...idsIn(all, 'key'), ...(keyId === undefined ? [] : [keyId])],
            [...idsIn(all, 'project'), ...(projectId === undefined ? [] : [projectId])],
          ),
        );
        const shown = showPeriod(period, groups, now);
        if (query.format === 'csv') {
          return {
            file: {
              type: 'text/csv; charset=utf-8',
              name: `tollgate-usage-${shown.from.slice(0, 10)}-${shown.to.slice(0, 10)}.csv`,
              content: Readable.from(csvLines(shown.data, groups.names, names)),
            },
          };
        }
        return {
          body: {
            ...shown,
            group_by: [...groups.names],
            time_zone: asked.calendar.timeZone,
            previous: before ? showBefore(before, groups, now) : null,
            names,
            looked: lookedOf(period),
          },
        };
      },
    }),
  ];
}

async function questionOf(parts: UsageParts, query: contract.UsageQuery): Promise<Question> {
  const timeZone = query.time_zone ?? parts.timeZone();
  if (!isTimeZone(timeZone)) throw invalid('time_zone', 'it is no time zone, such as Europe/Berlin.');
  const groups = groupsOf(query.group_by);
  if (query.top !== undefined && groups.dimensions.length !== 1) {
    throw invalid('top', 'it needs one dimension in `group_by` that is not of time.');
  }
  return {
    calendar: { windowOf: parts.windowOf, timeZone },
    filter: {
      keyId: query.key,
      projectId: query.project === undefined ? undefined : (await parts.projects.find(query.project)).id,
      model: query.model,
      provider: query.provider,
    },
    endUser: query.end_user,
    groups,
    top: query.top,
    orderBy: groups.dimensions.includes('error') ? 'errors' : (query.order_by ?? 'cost'),
    histograms: histogramsOf(query.percentiles),
    outcomes: query.outcomes === 'true',
  };
}

function showBefore(before: Period, groups: Groups, now: number): contract.UsagePeriod {
  // In time it is one line to compare with, whatever the bars are split by.
  if (groups.bucket === undefined) return showPeriod(before, groups, now);
  return showPeriod(before, { ...groups, dimensions: [] }, now, groups);
}

function histogramsOf(asked: contract.UsageQuery['percentiles']): UsageQuery['histograms'] {
  if (asked === 'duration' || asked === 'first_token') return asked;
  return asked !== 'false';
}

function lookedOf({ look, range }: Period): contract.Usage['looked'] {
  if (!look) return null;
  return { rows: look.rows, from: isoTime(look.endedAt ?? range.from), complete: look.endedAt === undefined };
}
