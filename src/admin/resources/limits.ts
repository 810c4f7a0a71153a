// `/limits`: what is allowed, and where its counters stand.
import { readSubject, writeSubject } from '../../accounts/limit-subject.ts';
import type { LimitAdmin } from '../../accounts/limits.ts';
import { payersOf } from '../../budgets/limit-book.ts';
import type { AccountReader } from '../../core/accounts.ts';
import { TollgateError } from '../../core/errors.ts';
import type { LimitFilter, LimitReader, StoredLimit } from '../../core/limit-admin.ts';
import { type LimitScope, type LimitScopeKind, limitScopes } from '../../core/limits.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/limits.ts';
import { type AdminAnswer, type Endpoint, endpoint } from '../endpoint.ts';
import { namesOf, namesOfScopes, showLimit, showStanding } from '../limit-view.ts';
import { pageOf } from '../pages.ts';

export interface LimitParts {
  readonly limits: LimitAdmin;
  readonly reader: LimitReader;
  readonly accounts: AccountReader;
}

const resource = 'limits';

export function limitEndpoints({ limits, reader, accounts }: LimitParts): Endpoint[] {
  /** Each with its counter, where it has one alone. */
  async function showAll(items: readonly StoredLimit[]): Promise<contract.Limit[]> {
    const single = items.filter(({ scope }) => !isWild(scope));
    const standings = await limits.standingsOf(single.map((limit) => ({ limit, subject: '' })));
    const byId = new Map(single.map(({ id }, index) => [id, standings[index]]));
    const names = await namesOfScopes(
      items.map(({ scope }) => scope),
      accounts,
    );
    return items.map((limit) => showLimit(limit, byId.get(limit.id), names));
  }

  async function showOne(limit: StoredLimit): Promise<contract.Limit> {
    const [shown] = await showAll([limit]);
    return shown as contract.Limit;
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
        return { body: { data: await showAll(items), next_cursor: nextCursor ?? null } };
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
        const names = await namesOfScopes([limit.scope], accounts);
        return { body: showLimit(limit, standing, names), revision: limit.revision };
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
        const payers = page.items.map(({ subject }) => starsOf(limit, subject));
        const names = await namesOfScopes(payers, accounts);
        return {
          body: {
            data: page.items.map((standing, index) => ({
              subject: writeSubject(standing.subject),
              subject_names: namesOf(payers[index] ?? {}, names),
              ...showStanding(limit.metric, standing),
            })),
            next_cursor: page.nextCursor ?? null,
          },
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

/** What the `*` of the scope stand for, without what it names itself. */
function starsOf(limit: StoredLimit, subject: string): LimitScope {
  const payers = payersOf(limit, subject);
  return Object.fromEntries(
    limitScopes.flatMap((kind) => (limit.scope[kind] === '*' ? [[kind, payers[kind] ?? '']] : [])),
  );
}
