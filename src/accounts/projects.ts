// Organizations and projects: made, renamed, archived. An archived project's keys are refused within a second; its rows and
// limits stay.
import {
  type AccountReader,
  type AccountWriter,
  defaultOrganizationId,
  type Organization,
  type Project,
} from '../core/accounts.ts';
import type { Clock } from '../core/clock.ts';
import { createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { Metadata } from '../core/stored-key.ts';
import { type AuditSource, organizationFacts, projectFacts } from './audit-facts.ts';
import { changeRevised, conflict, notFound } from './revisions.ts';

export interface NewProjectRequest {
  readonly name: string;
  /** Id or name; absent = `default`. */
  readonly organization?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/** `null` takes away; absent leaves as it is. */
export interface ProjectChange {
  readonly name?: string | undefined;
  readonly metadata?: Metadata | null | undefined;
  readonly archived?: boolean | undefined;
}

export interface Projects {
  createOrganization(
    request: { readonly name: string; readonly metadata?: Metadata | undefined },
    audit: AuditSource,
  ): Promise<Organization>;
  updateOrganization(
    reference: string,
    change: Omit<ProjectChange, 'archived'>,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<Organization>;
  removeOrganization(reference: string, revision: number | undefined, audit: AuditSource): Promise<void>;
  create(request: NewProjectRequest, audit: AuditSource): Promise<Project>;
  update(
    reference: string,
    change: ProjectChange,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<Project>;
  /** By id or name. Errors: `admin_not_found`. */
  find(reference: string): Promise<Project>;
  findOrganization(reference: string): Promise<Organization>;
}

export function createProjects(
  store: { readonly reader: AccountReader; readonly writer: AccountWriter },
  clock: Clock,
): Projects {
  const nextOrganizationId = createIdSource('org_', clock);
  const nextProjectId = createIdSource('proj_', clock);
  const { reader, writer } = store;

  async function findOrganization(reference: string): Promise<Organization> {
    const found = await reader.organization(reference);
    if (!found) throw notFound('organization', reference);
    return found;
  }

  return {
    createOrganization: async ({ name, metadata }, audit) => {
      const row = {
        id: nextOrganizationId(),
        name,
        revision: 1,
        createdAt: clock.now(),
        ...(metadata ? { metadata } : {}),
      };
      const entry = audit('organization.create', row.id, { after: organizationFacts(row) });
      const stored = await writer.addOrganization(row, entry);
      if (!stored) throw taken('organization', name);
      return stored;
    },
    updateOrganization: (reference, change, revision, audit) =>
      changeRevised({
        kind: 'organization',
        reference,
        wanted: revision,
        read: () => reader.organization(reference),
        write: async (row) => {
          const after = changed(row, change);
          if (after.name !== row.name && (await reader.organization(after.name))) {
            throw taken('organization', after.name);
          }
          const facts = { before: organizationFacts(row), after: organizationFacts(after) };
          return writer.updateOrganization(after, audit('organization.update', row.id, facts));
        },
      }),
    removeOrganization: async (reference, revision, audit) => {
      await changeRevised({
        kind: 'organization',
        reference,
        wanted: revision,
        read: () => reader.organization(reference),
        write: async (row) => {
          if (row.id === defaultOrganizationId)
            throw conflict('The organization `default` cannot be removed.');
          const { items } = await reader.projects({ organizationId: row.id }, { limit: 1 });
          if (items.length > 0) {
            throw conflict(
              `The organization \`${row.name}\` has projects, whose ledger belongs to it. Archive the projects instead.`,
            );
          }
          const entry = audit('organization.delete', row.id, { before: organizationFacts(row) });
          return (await writer.removeOrganization(row.id, row.revision, entry)) || undefined;
        },
      });
    },
    create: async ({ name, organization, metadata }, audit) => {
      const { id: organizationId } = await organizationFor(organization);
      const row: Project = {
        id: nextProjectId(),
        name,
        organizationId,
        status: 'active',
        revision: 1,
        createdAt: clock.now(),
        ...(metadata ? { metadata } : {}),
      };
      const stored = await writer.addProject(
        row,
        audit('project.create', row.id, { after: projectFacts(row) }),
      );
      if (!stored) throw taken('project', name);
      return stored;
    },
    update: (reference, change, revision, audit) =>
      changeRevised({
        kind: 'project',
        reference,
        wanted: revision,
        read: () => reader.project(reference),
        write: async (row) => {
          const status = change.archived === undefined ? row.status : change.archived ? 'archived' : 'active';
          const after: Project = { ...changed(row, change), status };
          if (after.name !== row.name && (await reader.project(after.name)))
            throw taken('project', after.name);
          const action =
            status === row.status ? 'project.update' : `project.${change.archived ? 'archive' : 'restore'}`;
          const facts = { before: projectFacts(row), after: projectFacts(after) };
          return writer.updateProject(after, audit(action, row.id, facts));
        },
      }),
    find: async (reference) => {
      const found = await reader.project(reference);
      if (!found) throw notFound('project', reference);
      return found;
    },
    findOrganization,
  };

  async function organizationFor(reference: string | undefined): Promise<Organization> {
    if (reference === undefined) return findOrganization(defaultOrganizationId);
    const found = await reader.organization(reference);
    if (found) return found;
    throw new TollgateError('invalid_value', {
      param: 'organization',
      values: { reason: `there is no organization \`${reference.slice(0, 100)}\`.` },
    });
  }
}

function changed<Row extends Organization>(
  row: Row,
  { name, metadata }: { readonly name?: string | undefined; readonly metadata?: Metadata | null | undefined },
): Row {
  const { metadata: before, ...rest } = row;
  const after = metadata === undefined ? before : (metadata ?? undefined);
  return { ...(rest as Row), name: name ?? row.name, ...(after ? { metadata: after } : {}) };
}

function taken(kind: string, name: string): TollgateError {
  return conflict(`There is another ${kind} named \`${name}\`. Names are unique; choose another.`);
}
