// `/keys/{id}/limits` and `/projects/{id}/limits`: all limits that requests of a key or project count for, its own and those of
// what it belongs to, each with the counter that is its own.
import type { LimitAdmin } from '../../accounts/limits.ts';
import type { Projects } from '../../accounts/projects.ts';
import { notFound } from '../../accounts/revisions.ts';
import { subjectOf } from '../../budgets/limit-book.ts';
import type { AccountReader } from '../../core/accounts.ts';
import type { LimitOwner, LimitReader, StoredLimit } from '../../core/limit-admin.ts';
import type { LimitScope } from '../../core/limits.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/limits.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { namesOfScopes, showLimit } from '../limit-view.ts';
import { type PageQuery, pageOf } from '../pages.ts';

export interface OwnerLimitParts {
  readonly limits: LimitAdmin;
  readonly reader: LimitReader;
  readonly accounts: AccountReader;
  readonly projects: Projects;
}

const description =
  'Its own limits and those of what it belongs to, newest first, without those of one end user. Where a `*` stands for it, the counter is its own; where one stands for models or end users there is none (`null`).';

export function ownerLimitEndpoints({ limits, reader, accounts, projects }: OwnerLimitParts): Endpoint[] {
  async function page(owner: LimitOwner, query: PageQuery) {
    const { items, nextCursor } = await reader.limits({ owner }, pageOf(query));
    const counted = items.flatMap((limit) => {
      const subject = ownSubject(limit, owner);
      return subject === undefined ? [] : [{ limit, subject }];
    });
    const standings = await limits.standingsOf(counted);
    const byId = new Map(counted.map(({ limit }, index) => [limit.id, standings[index]]));
    const names = await namesOfScopes(
      items.map(({ scope }) => scope),
      accounts,
    );
    return {
      body: {
        data: items.map((limit) => showLimit(limit, byId.get(limit.id), names)),
        next_cursor: nextCursor ?? null,
      },
    };
  }

  return [
    endpoint({
      resource: 'keys',
      method: 'GET',
      path: '/keys/{id}/limits',
      summary: 'Limits that requests with a key count for',
      description,
      query: contract.CounterQuery,
      status: 200,
      answer: listSchema(contract.Limit),
      handle: async ({ params, query }) => {
        const id = params.id ?? '';
        const key = await accounts.key(id);
        if (!key) throw notFound('key', id);
        return page({ organization: key.organizationId, project: key.projectId, key: key.id }, query);
      },
    }),
    endpoint({
      resource: 'projects',
      method: 'GET',
      path: '/projects/{id}/limits',
      summary: 'Limits that requests of a project count for',
      description,
      query: contract.CounterQuery,
      status: 200,
      answer: listSchema(contract.Limit),
      handle: async ({ params, query }) => {
        const project = await projects.find(params.id ?? '');
        return page({ organization: project.organizationId, project: project.id }, query);
      },
    }),
  ];
}

/** `undefined` where a `*` stands for what the owner has many of. */
function ownSubject(limit: StoredLimit, owner: LimitOwner): string | undefined {
  const { scope } = limit;
  const many: readonly (keyof LimitScope)[] =
    owner.key === undefined ? ['key', 'model', 'end_user'] : ['model', 'end_user'];
  if (many.some((kind) => scope[kind] === '*')) return undefined;
  return subjectOf(limit, { ...owner, key: owner.key ?? '', model: scope.model ?? '' });
}
