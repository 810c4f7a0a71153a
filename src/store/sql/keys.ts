// Queries over projects and API keys. Each function returns one compilable query; a list of them given to the
// database together is one transaction.
import { type Kysely, sql } from 'kysely';
import type { NewKey, NewProject } from '../../core/store.ts';
import type { Schema } from './schema.ts';

export function selectKeys(db: Kysely<Schema>) {
  return db
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('members', 'members.id', 'api_keys.member_id')
    .selectAll('api_keys')
    .select([
      'projects.name as project_name',
      'projects.organization_id',
      'organizations.name as organization_name',
      'projects.status as project_status',
      'members.name as member_name',
      // Of an earlier secret, where the key was found by one.
      sql<string | null>`null`.as('earlier_hash'),
      sql<bigint | null>`null`.as('earlier_expires_at'),
    ]);
}

export function selectKeyById(db: Kysely<Schema>, id: string) {
  return selectKeys(db).where('api_keys.id', '=', id);
}

/** By the hash of its secret, or of an earlier one that still works. Two lookups by index, not one over both tables. */
export function selectKeyByHash(db: Kysely<Schema>, hash: string) {
  return db
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('api_key_secrets as earlier', (join) =>
      join.onRef('earlier.key_id', '=', 'api_keys.id').on('earlier.hash', '=', hash),
    )
    .selectAll('api_keys')
    .select([
      'projects.name as project_name',
      'projects.organization_id',
      'organizations.name as organization_name',
      'projects.status as project_status',
      'earlier.hash as earlier_hash',
      'earlier.expires_at as earlier_expires_at',
    ])
    .where(
      'api_keys.id',
      'in',
      db
        .selectFrom('api_keys')
        .select('id')
        .where('hash', '=', hash)
        .unionAll(
          db
            .selectFrom('api_key_secrets')
            .select('key_id as id')
            .where('hash', '=', hash)
            .where(sessionGoesOn(db)),
        ),
    );
}

/** Of a secret: it was given to no session, or that session has not ended. */
export function sessionGoesOn(db: Kysely<Schema>) {
  const session = db
    .selectFrom('sessions')
    .select('sessions.id')
    .where('sessions.id', '=', sql<string>`api_key_secrets.session_id`);
  return sql<boolean>`(api_key_secrets.session_id is null or exists ${session})`;
}

/** One more than `limit`, so the caller sees whether there is a next page. */
export function selectKeyPage(db: Kysely<Schema>, limit: number, before: string | undefined) {
  const newest = selectKeys(db)
    .orderBy('api_keys.id', 'desc')
    .limit(limit + 1);
  return before === undefined ? newest : newest.where('api_keys.id', '<', before);
}

export function selectKeysMatching(db: Kysely<Schema>, reference: string) {
  return selectKeys(db)
    .where((eb) =>
      eb.or([
        eb('api_keys.id', '=', reference),
        eb('api_keys.name', '=', reference),
        eb('api_keys.preview', '=', reference),
      ]),
    )
    .orderBy('api_keys.id', 'desc');
}

/** Inserts the project unless there is one of that name; with `onlyFirst`, only while there is no key either. */
export function insertProjectIfAbsent(db: Kysely<Schema>, project: NewProject, onlyFirst: boolean) {
  return db
    .insertInto('projects')
    .columns(['id', 'name', 'created_at'])
    .expression(
      db
        .selectNoFrom((eb) => [
          eb.cast<string>(eb.val(project.id), 'text').as('id'),
          eb.cast<string>(eb.val(project.name), 'text').as('name'),
          eb.cast<bigint>(eb.val(project.createdAt), 'bigint').as('created_at'),
        ])
        // Always there: without a condition SQLite takes `on conflict` for a join of the select.
        .where((eb) => (onlyFirst ? eb.not(eb.exists(anyKey(db))) : eb.lit(true))),
    )
    .onConflict((conflict) => conflict.column('name').doNothing());
}

export function anyKey(db: Kysely<Schema>) {
  return db.selectFrom('api_keys').select('api_keys.id');
}

/** Inserts the key into the project of that name; with `onlyFirst`, only while there is no other key. */
export function insertKey(db: Kysely<Schema>, key: NewKey, projectName: string, onlyFirst: boolean) {
  const row = db
    .selectFrom('projects')
    .select((eb) => [
      eb.cast<string>(eb.val(key.id), 'text').as('id'),
      'projects.id as project_id',
      eb.cast<string>(eb.val(key.name), 'text').as('name'),
      eb.cast<string>(eb.val(key.hash), 'text').as('hash'),
      eb.cast<string>(eb.val(key.preview), 'text').as('preview'),
      sql.lit<string>('active').as('status'),
      eb.cast<string | null>(eb.val(key.models ? JSON.stringify(key.models) : null), 'text').as('models'),
      eb.cast<bigint>(eb.val(key.createdAt), 'bigint').as('created_at'),
      eb.cast<bigint | null>(eb.val(key.expiresAt ?? null), 'bigint').as('expires_at'),
    ])
    .where('projects.name', '=', projectName);
  return db
    .insertInto('api_keys')
    .columns(['id', 'project_id', 'name', 'hash', 'preview', 'status', 'models', 'created_at', 'expires_at'])
    .expression(onlyFirst ? row.where((eb) => eb.not(eb.exists(anyKey(db)))) : row);
}

export function revokeKey(db: Kysely<Schema>, id: string, revokedAt: number) {
  return db
    .updateTable('api_keys')
    .set({ status: 'revoked', revoked_at: revokedAt })
    .where('id', '=', id)
    .where('status', '!=', 'revoked')
    .returning('id');
}
