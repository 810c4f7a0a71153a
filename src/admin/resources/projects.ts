// `/organizations` and `/projects`.
import { tightest } from '../../accounts/limit-standing.ts';
import type { LimitAdmin } from '../../accounts/limits.ts';
import type { Projects } from '../../accounts/projects.ts';
import type { AccountReader, Organization, Project, ProjectFigures } from '../../core/accounts.ts';
import { formatUsd } from '../../core/money.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/projects.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { showTightest } from '../limit-view.ts';
import { listOf, pageOf } from '../pages.ts';
import { isoTime } from '../times.ts';

export interface ProjectParts {
  readonly projects: Projects;
  readonly reader: AccountReader;
  readonly limits: Pick<LimitAdmin, 'ofOwners'>;
  /** Unix ms of the beginning of the month. */
  readonly monthStart: () => number;
}

export function organizationEndpoints({
  projects,
  reader,
}: Pick<ProjectParts, 'projects' | 'reader'>): Endpoint[] {
  const resource = 'organizations';
  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/organizations',
      summary: 'List organizations, newest first',
      query: contract.OrganizationQuery,
      status: 200,
      answer: listSchema(contract.Organization),
      handle: async ({ query }) => ({
        body: listOf(await reader.organizations(pageOf(query)), showOrganization),
      }),
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/organizations',
      summary: 'Make an organization',
      body: contract.NewOrganization,
      status: 201,
      answer: contract.Organization,
      handle: async ({ body, audit }) => {
        const { name, metadata } = body;
        return organizationAnswer(
          await projects.createOrganization({ name, metadata: metadata ?? undefined }, audit),
        );
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/organizations/{id}',
      summary: 'One organization, by id or name',
      status: 200,
      answer: contract.Organization,
      handle: async ({ params }) => organizationAnswer(await projects.findOrganization(params.id ?? '')),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/organizations/{id}',
      summary: 'Change its name or metadata',
      body: contract.OrganizationChange,
      status: 200,
      answer: contract.Organization,
      conditional: true,
      handle: async ({ params, body, revision, audit }) =>
        organizationAnswer(await projects.updateOrganization(params.id ?? '', body, revision, audit)),
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/organizations/{id}',
      summary: 'Delete an organization that never had a project',
      status: 204,
      conditional: true,
      handle: async ({ params, revision, audit }) => {
        await projects.removeOrganization(params.id ?? '', revision, audit);
        return {};
      },
    }),
  ];
}

export function projectEndpoints({ projects, reader, limits, monthStart }: ProjectParts): Endpoint[] {
  const resource = 'projects';

  async function shown(rows: readonly Project[]): Promise<contract.Project[]> {
    const since = monthStart();
    const ids = rows.map(({ id }) => id);
    const figures = await reader.projectFigures(ids, since);
    const organizations = [...new Set(rows.map(({ organizationId }) => organizationId))];
    const names = await reader.names({ organization: organizations, project: [], key: [] });
    const standings = await limits.ofOwners(
      rows.map(({ id, organizationId }) => ({ organization: organizationId, project: id })),
    );
    return rows.map((row, index) => ({
      ...showOrganization(row),
      organization_id: row.organizationId,
      organization: names.organization.get(row.organizationId) ?? '',
      archived: row.status === 'archived',
      ...showFigures(figures.get(row.id), since),
      limit: showTightest(tightest(standings[index] ?? [])),
    }));
  }

  async function projectAnswer(row: Project) {
    const [body] = await shown([row]);
    return { body: body as contract.Project, revision: row.revision };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/projects',
      summary: 'List projects, newest first',
      description: 'With what each spent this month and the limit that stops it first.',
      query: contract.ProjectQuery,
      status: 200,
      answer: listSchema(contract.Project),
      handle: async ({ query }) => {
        const { organization, archived, search } = query;
        const filter = {
          search,
          organizationId:
            organization === undefined ? undefined : (await projects.findOrganization(organization)).id,
          status: archived === undefined ? undefined : archived ? ('archived' as const) : ('active' as const),
        };
        const page = await reader.projects(filter, pageOf(query));
        return { body: { data: await shown(page.items), next_cursor: page.nextCursor ?? null } };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/projects',
      summary: 'Make a project',
      body: contract.NewProject,
      status: 201,
      answer: contract.Project,
      handle: async ({ body, audit }) => {
        const { name, organization, metadata } = body;
        const request = { name, organization: organization ?? undefined, metadata: metadata ?? undefined };
        return projectAnswer(await projects.create(request, audit));
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/projects/{id}',
      summary: 'One project, by id or name',
      status: 200,
      answer: contract.Project,
      handle: async ({ params }) => projectAnswer(await projects.find(params.id ?? '')),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/projects/{id}',
      summary: 'Change, archive or restore a project',
      description:
        'The keys of an archived project are refused (403 `key_disabled`) within a second. Its ledger and limits stay.',
      body: contract.ProjectChange,
      status: 200,
      answer: contract.Project,
      conditional: true,
      handle: async ({ params, body, revision, audit }) =>
        projectAnswer(await projects.update(params.id ?? '', body, revision, audit)),
    }),
  ];
}

function organizationAnswer(row: Organization) {
  return { body: showOrganization(row), revision: row.revision };
}

function showOrganization(row: Organization): contract.Organization {
  return {
    id: row.id,
    name: row.name,
    metadata: row.metadata ?? null,
    revision: row.revision,
    created_at: isoTime(row.createdAt),
  };
}

function showFigures(figures: ProjectFigures | undefined, since: number) {
  const spent = figures?.spent ?? 0n;
  return {
    keys: figures?.keys ?? 0,
    spend_usd: formatUsd(spent),
    spend_nanousd: String(spent),
    spend_requests: figures?.requests ?? 0,
    spend_since: isoTime(since),
  };
}
