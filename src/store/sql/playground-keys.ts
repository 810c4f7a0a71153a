// The keys of the playground and their secrets. A change begins with the bump that keeps two of them apart, so "unless there is
// one" and "the newest of them" hold when several tabs ask at once.
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { IssuedSecret, PlaygroundKeyOwner, PlaygroundKeyStore } from '../../core/playground-keys.ts';
import type { NewKey } from '../../core/stored-key.ts';
import { bumpGeneration, insertAudit } from './audit.ts';
import { type KeyRow, keyFromRow } from './from-row.ts';
import { selectKeys, sessionGoesOn } from './keys.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';

export function createPlaygroundKeyStore(db: Kysely<Schema>, runner: QueryRunner): PlaygroundKeyStore {
  return {
    find: async (owner) => (await runOne(runner, selectOwned(db, owner))).map(keyFromRow)[0],
    add: async (key, owner, audit) => {
      const none = sql<boolean>`not exists ${ownedIds(db, owner)}`;
      const results = await runAll(runner, [
        bumpGeneration(db, 'keys'),
        insertAudit(db, audit, none),
        insertUnlessOwned(db, key, owner),
        selectOwned(db, owner),
      ]);
      return (results.at(-1) as KeyRow[] | undefined)?.map(keyFromRow)[0];
    },
    issue: async (secret, audit) => {
      const active = sql<boolean>`exists ${activeKey(db, secret.keyId)}`;
      const results = await runAll(runner, [
        bumpGeneration(db, 'keys'),
        insertAudit(db, audit, active),
        dropEndedSecrets(db, secret),
        dropOldestSecrets(db, secret),
        insertSecret(db, secret),
      ]);
      return results.at(-1)?.length === 1;
    },
  };
}

function ownedIds(db: Kysely<Schema>, { projectId, memberId }: PlaygroundKeyOwner) {
  return db
    .selectFrom('api_keys')
    .select('api_keys.id')
    .where('api_keys.kind', '=', 'playground')
    .where('api_keys.project_id', '=', projectId)
    .where('api_keys.status', '!=', 'revoked')
    .where((eb) =>
      memberId === undefined ? eb('api_keys.member_id', 'is', null) : eb('api_keys.member_id', '=', memberId),
    );
}

function selectOwned(db: Kysely<Schema>, owner: PlaygroundKeyOwner) {
  return selectKeys(db).where('api_keys.id', 'in', ownedIds(db, owner)).orderBy('api_keys.id', 'desc');
}

/** Of what it may have, only what such a key is made with. */
function insertUnlessOwned(db: Kysely<Schema>, key: NewKey, owner: PlaygroundKeyOwner) {
  return db
    .insertInto('api_keys')
    .columns(['id', 'project_id', 'name', 'hash', 'preview', 'status', 'created_at', 'member_id', 'kind'])
    .expression(
      db
        .selectFrom('projects')
        .select((eb) => [
          eb.cast<string>(eb.val(key.id), 'text').as('id'),
          'projects.id as project_id',
          eb.cast<string>(eb.val(key.name), 'text').as('name'),
          eb.cast<string>(eb.val(key.hash), 'text').as('hash'),
          eb.cast<string>(eb.val(key.preview), 'text').as('preview'),
          sql.lit('active').as('status'),
          eb.cast<bigint>(eb.val(key.createdAt), 'bigint').as('created_at'),
          eb.cast<string | null>(eb.val(owner.memberId ?? null), 'text').as('member_id'),
          sql.lit('playground').as('kind'),
        ])
        .where('projects.id', '=', owner.projectId)
        .where(sql<SqlBool>`not exists ${ownedIds(db, owner)}`),
    );
}

function activeKey(db: Kysely<Schema>, id: string) {
  return db.selectFrom('api_keys').select('id').where('id', '=', id).where('status', '=', 'active');
}

function dropEndedSecrets(db: Kysely<Schema>, { keyId, now }: IssuedSecret) {
  return db
    .deleteFrom('api_key_secrets')
    .where('key_id', '=', keyId)
    .where((eb) => eb.or([eb('expires_at', '<=', BigInt(now)), eb.not(sessionGoesOn(db))]));
}

/** Leaves room for one more. */
function dropOldestSecrets(db: Kysely<Schema>, { keyId, most }: IssuedSecret) {
  const newest = db
    .selectFrom('api_key_secrets')
    .select('hash')
    .where('key_id', '=', keyId)
    .orderBy('created_at', 'desc')
    .orderBy('hash')
    .limit(most - 1);
  return db.deleteFrom('api_key_secrets').where('key_id', '=', keyId).where('hash', 'not in', newest);
}

function insertSecret(db: Kysely<Schema>, secret: IssuedSecret) {
  return db
    .insertInto('api_key_secrets')
    .columns(['hash', 'key_id', 'preview', 'created_at', 'expires_at', 'session_id'])
    .expression(
      db
        .selectFrom('api_keys')
        .select((eb) => [
          eb.cast<string>(eb.val(secret.hash), 'text').as('hash'),
          'id as key_id',
          eb.cast<string>(eb.val(secret.preview), 'text').as('preview'),
          eb.cast<bigint>(eb.val(secret.now), 'bigint').as('created_at'),
          eb.cast<bigint>(eb.val(secret.expiresAt), 'bigint').as('expires_at'),
          eb.cast<string | null>(eb.val(secret.sessionId ?? null), 'text').as('session_id'),
        ])
        .where('id', '=', secret.keyId)
        .where('status', '=', 'active'),
    )
    .returning('hash');
}
