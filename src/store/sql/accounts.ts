// Organizations, projects and keys as an administrator reads and changes them. A change is one transaction: the bump, its
// audit entry, the change itself, and what is stored then. Entry and change depend on the same revision.
import { type Compilable, type Kysely, type Selectable, sql } from 'kysely';
import type {
  AccountReader,
  AccountWriter,
  AdminTokenStore,
  Organization,
  Project,
  ProjectStatus,
} from '../../core/accounts.ts';
import type { AuditEntry } from '../../core/audit.ts';
import type { Metadata } from '../../core/stored-key.ts';
import { accountNames, keyActivity, projectFigures } from './account-figures.ts';
import {
  dropOldSecrets,
  insertAccountKey,
  keepOldSecret,
  keyAt,
  replaceSecret,
  updateAccountKey,
} from './account-keys.ts';
import { bumpGeneration, insertAudit, jsonOrNull } from './audit.ts';
import { type KeyRow, keyFromRow, pageOf } from './from-row.ts';
import { listKeys, partOf } from './key-list.ts';
import { selectKeyById, sessionGoesOn } from './keys.ts';
import { insertLimit } from './limits.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { OrganizationsTable, ProjectsTable, Schema } from './schema.ts';

/** `looks`: see admin-store.ts. */
export function createAccountReader(
  db: Kysely<Schema>,
  runner: QueryRunner,
  looks: QueryRunner = runner,
): AccountReader {
  return {
    organizations: async ({ limit, cursor }) => {
      let query = db
        .selectFrom('organizations')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      return pageOf((await runOne(runner, query)).map(organizationFromRow), limit);
    },
    organization: async (reference) => {
      const rows = await runOne(
        runner,
        db
          .selectFrom('organizations')
          .selectAll()
          .where((eb) => eb.or([eb('id', '=', reference), eb('name', '=', reference)])),
      );
      return preferred(rows.map(organizationFromRow), reference);
    },
    projects: async (filter, { limit, cursor }) => {
      let query = db
        .selectFrom('projects')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      if (filter.organizationId !== undefined) {
        query = query.where('organization_id', '=', filter.organizationId);
      }
      if (filter.status !== undefined) query = query.where('status', '=', filter.status);
      if (filter.search !== undefined) {
        const part = partOf(filter.search);
        query = query.where(sql<boolean>`(lower(name) like ${part} escape '!' or id = ${filter.search})`);
      }
      return pageOf((await runOne(runner, query)).map(projectFromRow), limit);
    },
    project: async (reference) => {
      const rows = await runOne(
        runner,
        db
          .selectFrom('projects')
          .selectAll()
          .where((eb) => eb.or([eb('id', '=', reference), eb('name', '=', reference)])),
      );
      return preferred(rows.map(projectFromRow), reference);
    },
    keys: (filter, page, now, order) => listKeys(db, looks, filter, page, now, order),
    key: async (id) => (await runOne(runner, selectKeyById(db, id))).map(keyFromRow)[0],
    previousSecrets: async (id, now) => {
      const rows = await runOne(
        runner,
        db
          .selectFrom('api_key_secrets')
          .select(['preview', 'expires_at'])
          .where('key_id', '=', id)
          .where('expires_at', '>', BigInt(now))
          .where(sessionGoesOn(db))
          .orderBy('expires_at'),
      );
      return rows.map((row) => ({ preview: row.preview, expiresAt: Number(row.expires_at) }));
    },
    activity: (ids, since) => keyActivity(db, runner, ids, since),
    projectFigures: (ids, since) => projectFigures(db, looks, ids, since),
    names: (ids) => accountNames(db, runner, ids),
  };
}

export function createAccountWriter(db: Kysely<Schema>, runner: QueryRunner): AccountWriter {
  /** `changes` end with one that returns a row if it took place; what `read` gives is returned then. */
  async function change<Row>(
    changes: readonly Compilable[],
    read: Compilable<Row>,
  ): Promise<Row | undefined> {
    const results = await runAll(runner, [bumpGeneration(db, 'keys'), ...changes, read]);
    const took = results.at(-2)?.length === 1;
    return took ? (results.at(-1)?.[0] as Row | undefined) : undefined;
  }

  const readOrganization = (id: string) => db.selectFrom('organizations').selectAll().where('id', '=', id);
  const readProject = (id: string) => db.selectFrom('projects').selectAll().where('id', '=', id);

  return {
    addOrganization: async (row, audit) => {
      const stored = await change(
        [
          insertAudit(db, audit, nameIsFree(db, 'organizations', row.name)),
          db
            .insertInto('organizations')
            .values({
              id: row.id,
              name: row.name,
              metadata: jsonOrNull(row.metadata),
              created_at: row.createdAt,
            })
            .onConflict((conflict) => conflict.column('name').doNothing())
            .returning('id'),
        ],
        readOrganization(row.id),
      );
      return stored && organizationFromRow(stored);
    },
    updateOrganization: async (row, audit) => {
      const here = rowAt(db, 'organizations', row.id, row.revision, row.name);
      const stored = await change(
        [
          insertAudit(db, audit, here),
          db
            .updateTable('organizations')
            .set({ name: row.name, metadata: jsonOrNull(row.metadata), revision: row.revision + 1 })
            .where('id', '=', row.id)
            .where(here)
            .returning('id'),
        ],
        readOrganization(row.id),
      );
      return stored && organizationFromRow(stored);
    },
    removeOrganization: async (id, revision, audit) => {
      const empty = sql<boolean>`exists ${db
        .selectFrom('organizations')
        .select('id')
        .where('id', '=', id)
        .where('revision', '=', BigInt(revision))} and not exists ${db
        .selectFrom('projects')
        .select('id')
        .where('organization_id', '=', id)}`;
      const removed = await change(
        [
          insertAudit(db, audit, empty),
          db.deleteFrom('organizations').where('id', '=', id).where(empty).returning('id'),
        ],
        db.selectFrom('generations').select('name').where('name', '=', 'keys'),
      );
      return removed !== undefined;
    },
    addProject: async (row, audit) => {
      const stored = await change(
        [
          insertAudit(db, audit, nameIsFree(db, 'projects', row.name)),
          db
            .insertInto('projects')
            .values({
              id: row.id,
              name: row.name,
              organization_id: row.organizationId,
              status: row.status,
              metadata: jsonOrNull(row.metadata),
              created_at: row.createdAt,
            })
            .onConflict((conflict) => conflict.column('name').doNothing())
            .returning('id'),
        ],
        readProject(row.id),
      );
      return stored && projectFromRow(stored);
    },
    updateProject: async (row, audit) => {
      const here = rowAt(db, 'projects', row.id, row.revision, row.name);
      const stored = await change(
        [
          insertAudit(db, audit, here),
          db
            .updateTable('projects')
            .set({
              name: row.name,
              status: row.status,
              metadata: jsonOrNull(row.metadata),
              revision: row.revision + 1,
            })
            .where('id', '=', row.id)
            .where(here)
            .returning('id'),
        ],
        readProject(row.id),
      );
      return stored && projectFromRow(stored);
    },
    addKey: async (key, projectId, audit, limits = []) => {
      const always = sql<boolean>`1 = 1`;
      const stored = await change(
        [
          ...(limits.length > 0 ? [bumpGeneration(db, 'limits')] : []),
          ...limits.flatMap((each) => [
            insertAudit(db, each.audit, always),
            insertLimit(db, each.limit, always),
          ]),
          insertAudit(db, audit, always),
          insertAccountKey(db, key, projectId).returning('id'),
        ],
        selectKeyById(db, key.id),
      );
      return stored && keyFromRow(stored as KeyRow);
    },
    updateKey: async (update, audit) => {
      const stored = await change(
        [insertAudit(db, audit, keyAt(db, update.id, update.revision)), updateAccountKey(db, update)],
        selectKeyById(db, update.id),
      );
      return stored && keyFromRow(stored as KeyRow);
    },
    rotateKey: async (rotation, audit) => {
      const stored = await change(
        [
          insertAudit(db, audit, keyAt(db, rotation.id, rotation.revision)),
          dropOldSecrets(db, rotation.now),
          keepOldSecret(db, rotation),
          replaceSecret(db, rotation),
        ],
        selectKeyById(db, rotation.id),
      );
      return stored && keyFromRow(stored as KeyRow);
    },
  };
}

export function createAdminTokenStore(db: Kysely<Schema>, runner: QueryRunner): AdminTokenStore {
  const id = 'admin';
  const insert = (hash: string, audit: AuditEntry) =>
    db.insertInto('admin_tokens').values({ id, hash, created_at: audit.at });
  return {
    hash: async () =>
      (await runOne(runner, db.selectFrom('admin_tokens').select('hash').where('id', '=', id)))[0]?.hash,
    addFirst: async (hash, audit) => {
      const none = sql<boolean>`not exists ${db.selectFrom('admin_tokens').select('id')}`;
      const [, , added] = await runAll(runner, [
        bumpGeneration(db, 'keys'),
        insertAudit(db, audit, none),
        insert(hash, audit)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('id'),
      ]);
      return added?.length === 1;
    },
    replace: async (hash, audit) => {
      await runAll(runner, [
        bumpGeneration(db, 'keys'),
        insertAudit(db, audit, sql<boolean>`1 = 1`),
        insert(hash, audit).onConflict((conflict) =>
          conflict.column('id').doUpdateSet({ hash, created_at: audit.at }),
        ),
      ]);
    },
  };
}

function nameIsFree(db: Kysely<Schema>, table: 'organizations' | 'projects', name: string) {
  return sql<boolean>`not exists ${db.selectFrom(table).select('id').where('name', '=', name)}`;
}

/** The row is at this revision, and no other has the name. */
function rowAt(
  db: Kysely<Schema>,
  table: 'organizations' | 'projects',
  id: string,
  revision: number,
  name: string,
) {
  const row = db.selectFrom(table).select('id').where('id', '=', id).where('revision', '=', BigInt(revision));
  const other = db.selectFrom(table).select('id').where('name', '=', name).where('id', '!=', id);
  return sql<boolean>`exists ${row} and not exists ${other}`;
}

/** An id wins over a name that looks like one. */
function preferred<Row extends { readonly id: string }>(rows: readonly Row[], reference: string) {
  return rows.find(({ id }) => id === reference) ?? rows[0];
}

function organizationFromRow(row: Selectable<OrganizationsTable>): Organization {
  return {
    id: row.id,
    name: row.name,
    revision: Number(row.revision),
    createdAt: Number(row.created_at),
    ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as Metadata }),
  };
}

function projectFromRow(row: Selectable<ProjectsTable>): Project {
  return {
    ...organizationFromRow(row),
    organizationId: row.organization_id,
    status: row.status as ProjectStatus,
  };
}
