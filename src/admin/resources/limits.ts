// `/limits`: what is allowed, and where its counters stand.
import { readSubject, writeSubject } from '../../accounts/limit-subject.ts';
import type { LimitAdmin, Standing } from '../../accounts/limits.ts';
import type { AccountReader } from '../../core/accounts.ts';
import { TollgateError } from '../../core/errors.ts';
import type { LimitFilter, LimitReader, StoredLimit } from '../../core/limit-admin.ts';
import { type LimitMetric, type LimitScope, type LimitScopeKind, limitScopes } from '../../core/limits.ts';
import { formatUsd } from '../../core/money.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/limits.ts';
import { type AdminAnswer, type Endpoint, endpoint } from '../endpoint.ts';
import { listOf, pageOf } from '../pages.ts';
import { isoTime, isoTimeOrNull } from '../times.ts';

export interface LimitParts {
  readonly limits: LimitAdmin;
  readonly reader: LimitReader;
  readonly accounts: AccountReader;
}

const resource = 'limits';

export function limitEndpoints({ limits, reader, accounts }: LimitParts): Endpoint[] {
  async function show(limit: StoredLimit, standing: Standing | undefined): Promise<contract.Limit> {
    return {
      ...showLimit(limit),
      scope_names: await namesOf(limit.scope, accounts),
      ...(standing ? showStanding(limit.metric, standing) : noStanding(limit.metric)),
    };
  }

  /** With its counter, where it has one alone. */
  async function showOne(limit: StoredLimit): Promise<contract.Limit> {
    return show(limit, isWild(limit.scope) ? undefined : await limits.standing(limit, ''));
  }

  const answer = async (limit: StoredLimit): Promise<AdminAnswer<contract.Limit>> => ({
    body: await showOne(limit),
    revision: limit.revision,
  });

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/limits',
      summary: 'List limits, newest first',
      description: 'Each with its counter, where its scope has no `*`.',
      query: contract.LimitQuery,
      status: 200,
      answer: listSchema(contract.Limit),
      handle: async ({ query }) => {
        const filter = await filterOf(query as LimitQuery, accounts);
        const { items, nextCursor } = await reader.limits(filter, pageOf(query as LimitQuery));
        const data: contract.Limit[] = [];
        for (const limit of items) data.push(await showOne(limit));
        return { body: { data, next_cursor: nextCursor ?? null } };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/limits',
      summary: 'Make a limit',
      description:
        'It is in force for the next request. What was spent in the current window before counts too, except in windows of a minute.',
      body: contract.NewLimit,
      status: 201,
      answer: contract.Limit,
      handle: async ({ body, audit }) => {
        const { scope, metric, window, amount, time_zone: timeZone } = body;
        return answer(await limits.create({ scope, metric, window, amount, timeZone }, audit));
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/limits/{id}',
      summary: 'One limit, and where it stands',
      query: contract.LimitDetailQuery,
      status: 200,
      answer: contract.Limit,
      handle: async ({ params, query }) => {
        const limit = await limits.find(params.id ?? '');
        const { subject } = query;
        if (subject === undefined) return answer(limit);
        if (!isWild(limit.scope)) {
          throw new TollgateError('invalid_value', {
            param: 'subject',
            values: { reason: 'the scope of this limit has no `*`, so it has one counter.' },
          });
        }
        const standing = await limits.standing(limit, readSubject(limit.scope, subject));
        return { body: await show(limit, standing), revision: limit.revision };
      },
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/limits/{id}',
      summary: 'Change the amount',
      description:
        'In force for the next request. A limit of tollgate.yaml is changed there: 409. To change anything else, make another limit.',
      body: contract.LimitChange,
      status: 200,
      answer: contract.Limit,
      conditional: true,
      handle: async ({ params, body, revision, audit }) =>
        answer(await limits.setAmount(params.id ?? '', body.amount, revision, audit)),
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/limits/{id}',
      summary: 'Delete a limit',
      status: 204,
      conditional: true,
      handle: async ({ params, revision, audit }) => {
        await limits.remove(params.id ?? '', revision, audit);
        return {};
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/limits/{id}/counters',
      summary: 'Counters of a limit whose scope has a `*`',
      description: 'Those of the current window that any request has needed, by subject.',
      query: contract.CounterQuery,
      status: 200,
      answer: listSchema(contract.LimitCounter),
      handle: async ({ params, query }) => {
        const limit = await limits.find(params.id ?? '');
        const page = await limits.standings(limit, pageOf(query));
        return {
          body: listOf(page, (standing) => ({
            subject: writeSubject(standing.subject),
            ...showStanding(limit.metric, standing),
          })),
        };
      },
    }),
  ];
}

type LimitQuery = { limit?: number; cursor?: string } & Pick<LimitFilter, 'metric' | 'window' | 'source'> &
  Partial<Record<LimitScopeKind, string>>;

async function filterOf(query: LimitQuery, accounts: AccountReader): Promise<LimitFilter> {
  const { metric, window, source } = query;
  const kinds = limitScopes.filter((kind) => query[kind] !== undefined);
  const [kind, another] = kinds;
  if (another) {
    throw new TollgateError('invalid_value', {
      param: another,
      values: { reason: `ask for one of ${limitScopes.map((each) => `\`${each}\``).join(', ')} at a time.` },
    });
  }
  const value = kind === undefined ? undefined : (query[kind] ?? '');
  const id =
    value === undefined || kind === undefined ? undefined : ((await idOf(kind, value, accounts)) ?? value);
  return {
    metric,
    window,
    source,
    ...(kind === undefined || id === undefined ? {} : { scope: { kind, value: id } }),
  };
}

async function idOf(kind: LimitScopeKind, value: string, accounts: AccountReader) {
  if (kind === 'project') return (await accounts.project(value))?.id;
  if (kind === 'organization') return (await accounts.organization(value))?.id;
  return value;
}

const isWild = (scope: LimitScope) => Object.values(scope).includes('*');

async function namesOf(scope: LimitScope, accounts: AccountReader): Promise<Record<string, string>> {
  const found = {
    organization: await nameOf(scope.organization, (id) => accounts.organization(id)),
    project: await nameOf(scope.project, (id) => accounts.project(id)),
    key: await nameOf(scope.key, (id) => accounts.key(id)),
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([kind, name]) => (name === undefined ? [] : [[kind, name]])),
  );
}

async function nameOf(
  id: string | undefined,
  find: (id: string) => Promise<{ readonly name: string } | undefined>,
): Promise<string | undefined> {
  return id === undefined || id === '*' ? undefined : (await find(id))?.name;
}

function showLimit(limit: StoredLimit) {
  const { amount, metric } = limit;
  return {
    id: limit.id,
    scope: limit.scope,
    metric,
    window: limit.window,
    amount: shownAmount(metric, amount),
    ...(metric === 'cost' ? { amount_nanousd: String(amount) } : {}),
    time_zone: limit.timeZone,
    source: limit.source,
    revision: limit.revision,
    created_at: isoTime(limit.createdAt),
    updated_at: isoTime(limit.updatedAt),
  };
}

function shownAmount(metric: LimitMetric, amount: bigint): string | number {
  return metric === 'cost' ? formatUsd(amount) : Number(amount);
}

function showStanding(metric: LimitMetric, { settled, held, remaining, ...window }: Standing) {
  return {
    settled: shownAmount(metric, settled),
    held: shownAmount(metric, held),
    remaining: shownAmount(metric, remaining),
    ...(metric === 'cost'
      ? {
          settled_nanousd: String(settled),
          held_nanousd: String(held),
          remaining_nanousd: String(remaining),
        }
      : {}),
    window_start: isoTimeOrNull(window.windowStart),
    window_end: isoTimeOrNull(window.windowEnd),
  };
}

/** Of a scope with a `*`: each has its own counter. */
function noStanding(metric: LimitMetric) {
  return {
    settled: null,
    held: null,
    remaining: null,
    ...(metric === 'cost' ? { settled_nanousd: null, held_nanousd: null, remaining_nanousd: null } : {}),
    window_start: null,
    window_end: null,
  };
}
