// Queries over keys as an administrator changes them. Lookups at request time are in keys.ts, lists in key-list.ts.
import { type Kysely, sql } from 'kysely';
import type { KeyRotation, KeyUpdate } from '../../core/accounts.ts';
import type { NewKey } from '../../core/store.ts';
import { jsonOrNull } from './audit.ts';
import type { Schema } from './schema.ts';

export function insertAccountKey(db: Kysely<Schema>, key: NewKey, projectId: string) {
  return db.insertInto('api_keys').values({
    id: key.id,
    project_id: projectId,
    name: key.name,
    hash: key.hash,
    preview: key.preview,
    status: 'active',
    models: jsonOrNull(key.models),
    allowed_ips: jsonOrNull(key.allowedIps),
    options: jsonOrNull(key.options),
    metadata: jsonOrNull(key.metadata),
    replaces: null,
    member_id: key.memberId ?? null,
    created_at: key.createdAt,
    expires_at: key.expiresAt ?? null,
    revoked_at: null,
  });
}

export function updateAccountKey(db: Kysely<Schema>, { id, revision, set, clear }: KeyUpdate) {
  const json = (name: 'models' | 'allowedIps' | 'options' | 'metadata') =>
    clear.includes(name) ? null : set[name] === undefined ? undefined : jsonOrNull(set[name]);
  const columns = {
    name: set.name,
    status: set.status,
    revoked_at: set.revokedAt,
    expires_at: clear.includes('expiresAt') ? null : set.expiresAt,
    models: json('models'),
    allowed_ips: json('allowedIps'),
    options: json('options'),
    metadata: json('metadata'),
  };
  return db
    .updateTable('api_keys')
    .set({
      ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)),
      revision: revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', BigInt(revision))
    .returning('id');
}

/** The secret that is replaced goes on for a while; or every earlier one ends now. */
export function keepOldSecret(db: Kysely<Schema>, rotation: KeyRotation) {
  if (rotation.overlapUntil <= rotation.now) {
    return db
      .deleteFrom('api_key_secrets')
      .where('key_id', '=', rotation.id)
      .where(keyAt(db, rotation.id, rotation.revision));
  }
  return db
    .insertInto('api_key_secrets')
    .columns(['hash', 'key_id', 'preview', 'created_at', 'expires_at'])
    .expression(
      db
        .selectFrom('api_keys')
        .select((eb) => [
          'hash',
          'id as key_id',
          'preview',
          eb.cast<bigint>(eb.val(rotation.now), 'bigint').as('created_at'),
          eb.cast<bigint>(eb.val(rotation.overlapUntil), 'bigint').as('expires_at'),
        ])
        .where('id', '=', rotation.id)
        .where('revision', '=', BigInt(rotation.revision)),
    );
}

/** Secrets whose time is over say nothing any more. */
export function dropOldSecrets(db: Kysely<Schema>, now: number) {
  return db.deleteFrom('api_key_secrets').where('expires_at', '<=', BigInt(now));
}

export function replaceSecret(db: Kysely<Schema>, { id, revision, hash, preview }: KeyRotation) {
  return db
    .updateTable('api_keys')
    .set({ hash, preview, revision: revision + 1 })
    .where('id', '=', id)
    .where('revision', '=', BigInt(revision))
    .returning('id');
}

export function keyAt(db: Kysely<Schema>, id: string, revision: number) {
  return sql<boolean>`exists ${db
    .selectFrom('api_keys')
    .select('id')
    .where('id', '=', id)
    .where('revision', '=', BigInt(revision))}`;
}
