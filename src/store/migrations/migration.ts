// What a migration is, and what is to be done about those a database already has. Pure: runs nothing.
import { createHash } from 'node:crypto';
import { StoreError } from '../../core/store.ts';

/** Forward only. Dialects differ in the words in braces: `{int64}`, `{id}`, `{keyed}`, `{plain}`. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

export interface SchemaWords {
  /** Type of a 64-bit integer. */
  readonly int64: string;
  /** Type of an id: text compared byte by byte, so that ids sort by time. */
  readonly id: string;
  /** Follows the columns of a table that is looked up by a text key. */
  readonly keyed: string;
  /** Follows the columns of any other table. */
  readonly plain: string;
}

/** A row of `schema_migrations`. */
export interface AppliedMigration {
  readonly version: number;
  readonly checksum: string;
}

/** SHA-256 over the text before a dialect's words are put in: the same for every database. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(JSON.stringify(migration.statements)).digest('hex');
}

export function statementsFor(migration: Migration, words: SchemaWords): string[] {
  return migration.statements.map((text) =>
    text.replace(/\{(int64|id|keyed|plain)\}/g, (_, word: keyof SchemaWords) => words[word]),
  );
}

/**
 * The migrations still to run, in order. Throws StoreError `schema_newer` when the database was written by a newer
 * Tollgate and `schema_changed` when an applied migration is not the one this Tollgate knows under its number.
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const { version, checksum } of applied) {
    const migration = known[version - 1];
    if (!migration) {
      throw new StoreError(
        'schema_newer',
        `The database has schema version ${version}, but this Tollgate knows versions up to ${known.length} only: it was written by a newer Tollgate. Run that version, or restore a backup from before the upgrade.`,
      );
    }
    if (checksum !== checksumOf(migration)) {
      throw new StoreError(
        'schema_changed',
        `Migration ${version} (${migration.name}) of the database is not the one this Tollgate knows (checksum ${checksum.slice(0, 12)} instead of ${checksumOf(migration).slice(0, 12)}). Run the release that wrote this database; migrations must never be edited.`,
      );
    }
  }
  return known.slice(applied.length);
}
