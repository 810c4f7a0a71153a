// `/requests`: the ledger's rows, each with how it came about, and those that are made while somebody looks.

import type { Projects } from '../../accounts/projects.ts';
import { notFound } from '../../accounts/revisions.ts';
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import { parseUsd } from '../../core/money.ts';
import type { RequestFilter, RequestReader, RequestRow } from '../../core/request-search.ts';
import type { Caller } from '../../core/roles.ts';
import * as contract from '../contract/ledger.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { eventStreamType } from '../event-stream.ts';
import { createLiveRequests } from '../live-requests.ts';
import { pageOf } from '../pages.ts';
import { type PriceParts, showPrice } from '../price-shown.ts';
import { helpFor } from '../request-help.ts';
import { showAttempts, showClient, showRequest, showTimeline } from '../show-request.ts';
import { isoTimeOrNull, parseMoment } from '../times.ts';

export interface RequestParts extends PriceParts {
  readonly reader: RequestReader;
  readonly projects: Projects;
  readonly clock: Clock;
  readonly draining: () => boolean;
  readonly contentState: (row: RequestRow, caller: Caller) => Promise<contract.RequestDetail['content']>;
}

const resource = 'requests';

export function requestEndpoints(parts: RequestParts): Endpoint[] {
  const { reader, projects, clock, draining } = parts;
  const live = createLiveRequests({ reader, clock, draining });
  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/requests',
      summary: 'The ledger, newest first',
      description:
        'A page ends after a bounded number of rows looked at, so with a rare filter it may be short, or empty, and still have a `next_cursor`: only `null` is the end. `searched_to` says how far it looked.',
      query: contract.RequestQuery,
      status: 200,
      answer: contract.RequestList,
      handle: async ({ query }) => {
        const filter = await requestFilterOf(query, projects, clock.now());
        const { items, nextCursor, searchedTo } = await reader.search(filter, pageOf(query));
        return {
          body: {
            data: items.map(showRequest),
            next_cursor: nextCursor ?? null,
            searched_to: isoTimeOrNull(searchedTo),
          },
        };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/requests/live',
      summary: 'New and changed requests as they happen, as server-sent events',
      description:
        'With the filters of `/requests`. Event `ready` comes first; event `requests` has `{data, gone, more}`: rows as in the list that are new or have changed, newest first; `gone`, ids of rows that have changed so that the filters are not about them any more; `more`: there were more than 500 at once, and some are left out. Half a second behind at most, whichever node serves them. Comments keep the connection alive; it ends after 15 minutes, and clients come again. 50 at a time.',
      query: contract.LiveQuery,
      status: 200,
      events: contract.LiveRequests,
      handle: async ({ query }) => {
        const filter = await requestFilterOf(query, projects, clock.now());
        return { file: { type: eventStreamType, content: live(filter) } };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/requests/{id}',
      summary: 'One request with its timeline, its attempts and how its cost comes about',
      status: 200,
      answer: contract.RequestDetail,
      handle: async ({ params, caller }) => {
        const found = await reader.request(params.id ?? '');
        if (!found) throw notFound('request', params.id ?? '');
        const { row, older, newer } = found;
        return {
          body: {
            ...showRequest(row),
            attempts: showAttempts(row),
            checkpoint_at: isoTimeOrNull(row.checkpointAt),
            timeline: showTimeline(row),
            price: await showPrice(row, parts),
            client: showClient(row),
            help: helpFor(row),
            older_id: older ?? null,
            newer_id: newer ?? null,
            content: await parts.contentState(row, caller),
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
  readonly min_first_token_ms?: number;
  readonly max_first_token_ms?: number;
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
    minFirstTokenMs: query.min_first_token_ms,
    maxFirstTokenMs: query.max_first_token_ms,
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
