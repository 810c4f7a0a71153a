// Brings a SQLite file to the newest schema: all pending migrations and their records in one transaction.
import type { DatabaseSync } from 'node:sqlite';
import {
  type AppliedMigration,
  checksumOf,
  type Migration,
  pendingMigrations,
  type SchemaWords,
  statementsFor,
} from '../migrations/migration.ts';
import { inTransaction } from './transaction.ts';

const words: SchemaWords = {
  int64: 'integer',
  id: 'text',
  // The row lives in the index of its key: one tree to write instead of two.
  keyed: ' strict, without rowid',
  plain: ' strict',
};

/** The migrations this file still needs. Writes nothing. */
export function pending(database: DatabaseSync, migrations: readonly Migration[]): readonly Migration[] {
  const known = database
    .prepare("select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'")
    .get();
  const applied = known
    ? database.prepare('select version, checksum from schema_migrations order by version').all()
    : [];
  return pendingMigrations(migrations, applied as unknown as AppliedMigration[]);
}

/** Returns how many migrations were run. `now` is Unix ms. */
export function migrate(database: DatabaseSync, migrations: readonly Migration[], now: number): number {
  return inTransaction(database, () => {
    database.exec(
      'create table if not exists schema_migrations (version integer primary key, name text not null, checksum text not null, applied_at integer not null) strict',
    );
    const todo = pending(database, migrations);
    const record = database.prepare(
      'insert into schema_migrations (version, name, checksum, applied_at) values (?, ?, ?, ?)',
    );
    for (const migration of todo) {
      for (const text of statementsFor(migration, words)) database.exec(text);
      record.run(migration.version, migration.name, checksumOf(migration), now);
    }
    return todo.length;
  });
}
