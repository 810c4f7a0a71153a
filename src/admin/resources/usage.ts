// `/usage`: sums of the ledger by any of its dimensions, with percentiles.
import type { Projects } from '../../accounts/projects.ts';
import { byDay, percentile, totalOf, usageMembers } from '../../accounts/usage-sums.ts';
import { isTimeZone, type WindowOf } from '../../budgets/window.ts';
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import type { EndUserSum, RequestReader } from '../../core/request-search.ts';
import { hourMs, hourOf } from '../../core/usage-hours.ts';
import type { UsageDimension, UsageQuery, UsageReader, UsageSum } from '../../core/usage-report.ts';
import * as contract from '../contract/usage.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime, parseMoment } from '../times.ts';

export interface UsageParts {
  readonly reader: UsageReader;
  readonly requests: RequestReader;
  readonly projects: Projects;
  readonly windowOf: WindowOf;
  readonly timeZone: () => string;
  readonly clock: Clock;
}

const defaultSpanMs = 30 * 24 * hourMs;
/** End users are read from the rows themselves. */
const longestEndUserSpanMs = 31 * 24 * hourMs;
const mostEndUsers = 1000;
/** Above it the answer says to ask for less, rather than to send it. */
const mostRows = 20_000;

export function usageEndpoints(parts: UsageParts): Endpoint[] {
  return [
    endpoint({
      resource: 'usage',
      method: 'GET',
      path: '/usage',
      summary: 'Cost, requests, tokens, errors and latency over time',
      description:
        'From sums per hour: `from` and `to` are widened to whole hours, by default the last 30 days. A request counts in the hour in which it began, once it is over. Percentiles are estimated from histograms. `group_by=end_user` is read from the rows and takes 31 days at most.',
      query: contract.UsageQuery,
      status: 200,
      answer: contract.Usage,
      handle: async ({ query }) => {
        const now = parts.clock.now();
        const { from, to } = rangeOf(query, now);
        const timeZone = query.time_zone ?? parts.timeZone();
        if (!isTimeZone(timeZone)) throw invalid('time_zone', 'it is no time zone, such as Europe/Berlin.');
        const groups = groupsOf(query.group_by);
        const filter = {
          keyId: query.key,
          projectId: query.project === undefined ? undefined : (await parts.projects.find(query.project)).id,
          model: query.model,
          provider: query.provider,
        };
        const sums = groups.includes('end_user')
          ? await endUsers(parts.requests, { from, to, filter })
          : await grouped(
              parts,
              { from, to, histograms: query.percentiles !== false, ...filter },
              groups,
              timeZone,
            );
        if (sums.length > mostRows) {
          throw invalid(
            'group_by',
            `there are ${sums.length} rows of this; ask for a shorter time or fewer groups.`,
          );
        }
        return {
          body: {
            from: isoTime(from),
            to: isoTime(to),
            group_by: [...groups],
            time_zone: timeZone,
            data: sums.map((sum) => showSum(sum, groups)),
            total: showSum(totalOf(sums), []),
          },
        };
      },
    }),
  ];
}

function rangeOf(query: { from?: string; to?: string }, now: number): { from: number; to: number } {
  const end = query.to === undefined ? now : parseMoment(query.to, 'to', now);
  const start = query.from === undefined ? end - defaultSpanMs : parseMoment(query.from, 'from', now);
  if (start > end) throw invalid('from', 'it is later than `to`.');
  return { from: hourOf(Math.max(0, start)), to: hourOf(end + hourMs - 1) };
}

function groupsOf(text: string | undefined): readonly contract.UsageGroup[] {
  if (text === undefined) return [];
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!(contract.usageGroups as readonly string[]).includes(name)) {
      throw invalid(
        'group_by',
        `there is no \`${name.slice(0, 40)}\`; there are ${contract.usageGroups.join(', ')}.`,
      );
    }
  }
  const groups = [...new Set(names)] as contract.UsageGroup[];
  if (groups.includes('hour') && groups.includes('day')) throw invalid('group_by', 'hour or day, not both.');
  if (groups.includes('end_user') && groups.length > 1) {
    throw invalid('group_by', '`end_user` cannot be combined with another.');
  }
  return groups;
}

async function grouped(
  { reader, windowOf }: UsageParts,
  query: Omit<UsageQuery, 'groupBy'>,
  groups: readonly contract.UsageGroup[],
  timeZone: string,
): Promise<readonly UsageSum[]> {
  const groupBy = groups.map((group) => (group === 'day' ? 'hour' : group)) as UsageDimension[];
  const sums = await reader.usage({ ...query, groupBy });
  const found = groups.includes('day') ? byDay(sums, windowOf, timeZone) : [...sums];
  // A sum over nothing has one row of zeros, where nothing was grouped by.
  return found.sort(
    (a, b) =>
      Number(a.group.hour ?? 0) - Number(b.group.hour ?? 0) ||
      (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0),
  );
}

async function endUsers(
  requests: RequestReader,
  range: Parameters<RequestReader['endUsers']>[0],
): Promise<readonly UsageSum[]> {
  if (range.to - range.from > longestEndUserSpanMs) {
    throw invalid('from', 'end users are read from the rows of the ledger, for 31 days at most.');
  }
  return (await requests.endUsers(range, mostEndUsers)).map(sumOf);
}

function sumOf({ endUser, requests, errors, input, output, cost }: EndUserSum): UsageSum {
  const { duration, firstToken, ...none } = totalOf([]);
  return {
    ...none,
    group: { end_user: endUser } as UsageSum['group'],
    requests,
    errors,
    input,
    output,
    cost,
    duration,
    firstToken,
  };
}

function showSum(sum: UsageSum, groups: readonly contract.UsageGroup[]): contract.UsageRow {
  const members = sum.group as Readonly<Record<string, string | number | undefined>>;
  const shownGroup = Object.fromEntries(
    groups.map((group) => {
      const value = members[group === 'day' ? 'hour' : group] ?? '';
      return [group, typeof value === 'number' ? isoTime(value) : value];
    }),
  );
  return {
    group: shownGroup,
    ...usageMembers(sum),
    duration_ms: percentilesOf(sum.duration),
    first_token_ms: percentilesOf(sum.firstToken),
  };
}

function percentilesOf(counts: readonly number[]) {
  return { p50: percentile(counts, 0.5) ?? null, p95: percentile(counts, 0.95) ?? null };
}

function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}
