// `/organizations` and `/projects`.
import type { Projects } from '../../accounts/projects.ts';
import type { AccountReader, Organization, Project } from '../../core/accounts.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/projects.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { listOf, pageOf } from '../pages.ts';
import { isoTime } from '../times.ts';

export interface ProjectParts {
  readonly projects: Projects;
  readonly reader: AccountReader;
}

export function organizationEndpoints({ projects, reader }: ProjectParts): Endpoint[] {
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

export function projectEndpoints({ projects, reader }: ProjectParts): Endpoint[] {
  const resource = 'projects';
  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/projects',
      summary: 'List projects, newest first',
      query: contract.ProjectQuery,
      status: 200,
      answer: listSchema(contract.Project),
      handle: async ({ query }) => {
        const { organization, archived } = query;
        const filter = {
          organizationId:
            organization === undefined ? undefined : (await projects.findOrganization(organization)).id,
          status: archived === undefined ? undefined : archived ? ('archived' as const) : ('active' as const),
        };
        return { body: listOf(await reader.projects(filter, pageOf(query)), showProject) };
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

function projectAnswer(row: Project) {
  return { body: showProject(row), revision: row.revision };
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

function showProject(row: Project): contract.Project {
  const { id, name, ...rest } = showOrganization(row);
  return {
    id,
    name,
    organization_id: row.organizationId,
    archived: row.status === 'archived',
    ...rest,
  };
}
