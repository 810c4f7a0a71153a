// Brings a database to the newest schema. Several nodes may start at once: one migrates, the others wait for it and find
// nothing left to do. A node that is older than the schema is refused before it writes anything.
import type { Client } from 'pg';
import { StoreError } from '../../core/store.ts';
import {
  type AppliedMigration,
  checksumOf,
  type Migration,
  pendingMigrations,
  type SchemaWords,
  statementsFor,
} from '../migrations/migration.ts';
import { liveRuns } from './nodes.ts';

const words: SchemaWords = {
  int64: 'bigint',
  // Byte by byte, whatever the database's own collation: ids sort by time.
  id: 'text collate "C"',
  keyed: '',
  plain: '',
};

/** Of our own choice; the number means nothing. */
const advisoryLock = 7_460_911_220_001n;

/** Every change of a generation is told to who listens, whoever makes it: `tollgate_changes`, payload = its name. */
const announcements = [
  `create or replace function tollgate_announce() returns trigger language plpgsql as $$
begin
  perform pg_notify('tollgate_changes', new.name);
  return null;
end $$`,
  `create or replace trigger generations_announce after insert or update on generations
  for each row execute function tollgate_announce()`,
];

/**
 * Returns how many migrations were run. `now` is Unix ms. A tool changes nothing under gateways that run: they have read the
 * old schema, and are to be restarted first. Rejects with StoreError or the driver's errors.
 */
export async function migrate(
  client: Client,
  migrations: readonly Migration[],
  now: number,
  role: 'gateway' | 'tool',
): Promise<number> {
  await client.query('begin');
  try {
    await client.query("set local lock_timeout = '60s'");
    await client.query('set local statement_timeout = 0');
    await client.query(`select pg_advisory_xact_lock(${advisoryLock})`);
    const known = await applied(client);
    const todo = pendingMigrations(migrations, known);
    if (role === 'tool' && known.length > 0 && todo.length > 0) await refuseUnderGateways(client);
    for (const migration of todo) {
      for (const text of statementsFor(migration, words)) await client.query(text);
      await client.query({
        text: 'insert into schema_migrations (version, name, checksum, applied_at) values ($1, $2, $3, $4)',
        values: [migration.version, migration.name, checksumOf(migration), now],
      });
    }
    if (todo.length > 0) for (const text of announcements) await client.query(text);
    await client.query('commit');
    return todo.length;
  } catch (error) {
    // The connection may be what failed; then the server has undone it by itself.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

const silentMs = 10_000;

async function refuseUnderGateways(client: Client): Promise<void> {
  if ((await liveRuns(client, silentMs)) === 0) return;
  throw new StoreError(
    'data_folder_in_use',
    'A gateway that runs on this PostgreSQL database is older than this command, which needs to change the database. Restart the gateways with this version first.',
  );
}

async function applied(client: Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query("select to_regclass('schema_migrations') is not null as known");
  if (!rows[0]?.known) {
    await client.query(
      'create table schema_migrations (version bigint primary key, name text not null, checksum text not null, applied_at bigint not null)',
    );
    return [];
  }
  const found = await client.query('select version, checksum from schema_migrations order by version');
  return found.rows.map((row) => ({ version: Number(row.version), checksum: String(row.checksum) }));
}
