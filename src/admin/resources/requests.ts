// `/requests`: the ledger's rows, and the same as a file.

import type { Projects } from '../../accounts/projects.ts';
import { notFound } from '../../accounts/revisions.ts';
import type { AccountReader } from '../../core/accounts.ts';
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import { formatUsd, parseUsd } from '../../core/money.ts';
import type { AttemptRecord } from '../../core/ports.ts';
import type { RequestFilter, RequestReader, RequestRow } from '../../core/request-search.ts';
import type { Usage } from '../../core/usage.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/ledger.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { listOf, pageOf } from '../pages.ts';
import { isoTime, isoTimeOrNull, parseMoment } from '../times.ts';

export interface RequestParts {
  readonly reader: RequestReader;
  readonly accounts: AccountReader;
  readonly projects: Projects;
  readonly clock: Clock;
}

const resource = 'requests';

export function requestEndpoints({ reader, accounts, projects, clock }: RequestParts): Endpoint[] {
  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/requests',
      summary: 'The ledger, newest first',
      description:
        'A page ends after a bounded number of rows looked at, so with a rare filter it may be short, or empty, and still have a `next_cursor`: only `null` is the end.',
      query: contract.RequestQuery,
      status: 200,
      answer: listSchema(contract.Request),
      handle: async ({ query }) => {
        const filter = await requestFilterOf(query, projects, clock.now());
        return { body: listOf(await reader.search(filter, pageOf(query)), showRequest) };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/requests/{id}',
      summary: 'One request with its attempts',
      status: 200,
      answer: contract.RequestDetail,
      handle: async ({ params }) => {
        const row = await reader.request(params.id ?? '');
        if (!row) throw notFound('request', params.id ?? '');
        const key = await accounts.key(row.keyId);
        return {
          body: {
            ...showRequest(row),
            attempts: attemptsOf(row).map(showAttempt),
            checkpoint_at: isoTimeOrNull(row.checkpointAt),
            key_name: key?.name ?? null,
            project: (await accounts.project(row.projectId))?.name ?? null,
          },
        };
      },
    }),
  ];
}

export interface RequestFilterQuery {
  readonly key?: string;
  readonly project?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly end_user?: string;
  readonly state?: RequestFilter['state'];
  readonly error?: string;
  readonly partial?: boolean;
  readonly recovered?: boolean;
  readonly stream?: boolean;
  readonly min_cost?: string;
  readonly max_cost?: string;
  readonly min_duration_ms?: number;
  readonly max_duration_ms?: number;
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
}

export async function requestFilterOf(
  query: RequestFilterQuery,
  projects: Projects,
  now: number,
): Promise<RequestFilter> {
  return {
    keyId: query.key,
    projectId: query.project === undefined ? undefined : (await projects.find(query.project)).id,
    model: query.model,
    provider: query.provider,
    endUser: query.end_user,
    state: query.state,
    error: query.error,
    partial: query.partial,
    recovered: query.recovered,
    stream: query.stream,
    minCost: amountOf(query.min_cost, 'min_cost'),
    maxCost: amountOf(query.max_cost, 'max_cost'),
    minDurationMs: query.min_duration_ms,
    maxDurationMs: query.max_duration_ms,
    text: query.id,
    from: query.from === undefined ? undefined : parseMoment(query.from, 'from', now),
    to: query.to === undefined ? undefined : parseMoment(query.to, 'to', now),
  };
}

function amountOf(value: string | undefined, param: string): bigint | undefined {
  if (value === undefined) return undefined;
  const nano = parseUsd(value);
  if (nano !== undefined && nano < 2n ** 63n) return nano;
  throw new TollgateError('invalid_value', {
    param,
    values: { reason: 'an amount is USD with at most 9 decimal places, such as 0.01.' },
  });
}

export function showRequest(row: RequestRow): contract.Request {
  return {
    id: row.id,
    state: row.state,
    key_id: row.keyId,
    project_id: row.projectId,
    end_user: row.endUser ?? null,
    model: row.model,
    provider: row.provider,
    upstream_model: row.upstreamModel,
    stream: row.stream,
    usage: showUsage(row.usage),
    usage_source: row.usageSource ?? null,
    cost_usd: row.cost === undefined ? null : formatUsd(row.cost),
    cost_nanousd: row.cost === undefined ? null : String(row.cost),
    uncharged_nanousd: String(row.uncharged),
    hold_usd: formatUsd(row.hold),
    hold_nanousd: String(row.hold),
    hold_tokens: row.holdTokens,
    output_cap: row.outputCap ?? null,
    price_version: row.priceVersion,
    error: row.error ?? null,
    partial: row.partial,
    recovered: row.recovered,
    started_at: isoTime(row.startedAt),
    first_token_ms: row.firstTokenMs ?? null,
    duration_ms: row.durationMs ?? null,
    node_epoch: row.nodeEpoch,
  };
}

function showUsage(usage: Usage | undefined): contract.Request['usage'] {
  if (!usage) return null;
  return {
    input_tokens: usage.input,
    output_tokens: usage.output,
    cached_input_tokens: usage.cachedInput ?? null,
    cache_write_tokens: usage.cacheWrite ?? null,
    reasoning_tokens: usage.reasoning ?? null,
  };
}

/** One good attempt is not kept by itself: the row says all of it. */
function attemptsOf(
  row: RequestRow,
): readonly (Omit<AttemptRecord, 'durationMs'> & { durationMs?: number })[] {
  if (row.attempts) return row.attempts;
  if (row.state === 'held' || row.recovered) return [];
  const { provider, upstreamModel, durationMs } = row;
  return [{ provider, upstreamModel, status: 200, ...(durationMs === undefined ? {} : { durationMs }) }];
}

function showAttempt(attempt: ReturnType<typeof attemptsOf>[number]): contract.Attempt {
  return {
    provider: attempt.provider,
    upstream_model: attempt.upstreamModel,
    status: attempt.status ?? null,
    error: attempt.error ?? null,
    duration_ms: attempt.durationMs ?? null,
    credential: attempt.credential ?? null,
    usage: showUsage(attempt.usage),
  };
}
