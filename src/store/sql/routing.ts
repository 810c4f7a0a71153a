// Providers and models that administrators made, in any database. Every change takes the row of generation `routing` first, so
// that changes follow one another, and does nothing where the generation is another than the one it was worked out from.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { RoutingEntry, RoutingKind, RoutingReader, RoutingWriter } from '../../core/routing-entries.ts';
import { StoreError } from '../../core/store.ts';
import { insertAudit } from './audit.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { RoutingEntriesTable, Schema } from './schema.ts';

export function createRoutingReader(db: Kysely<Schema>, runner: QueryRunner): RoutingReader {
  return {
    routing: async () => {
      const [generations = [], rows = []] = await runAll(runner, [
        // First: entries of a later generation are then looked at once more, which does no harm.
        selectGeneration(db),
        db.selectFrom('routing_entries').selectAll().orderBy('kind').orderBy('name'),
      ]);
      const entries = (rows as unknown as Selectable<RoutingEntriesTable>[]).map(entryFromRow);
      return { generation: generationOf(generations), entries };
    },
    routingGeneration: async () => generationOf(await runOne(runner, selectGeneration(db))),
  };
}

export function createRoutingWriter(db: Kysely<Schema>, runner: QueryRunner): RoutingWriter {
  const lock = () =>
    db.updateTable('generations').set({ value: sql<bigint>`value` }).where('name', '=', 'routing');
  const isAt = (seen: number) =>
    sql<boolean>`exists ${db
      .selectFrom('generations as g')
      .select('g.name')
      .where('g.name', '=', 'routing')
      .where('g.value', '=', BigInt(seen))}`;
  const bump = (seen: number) =>
    db
      .updateTable('generations')
      .set({ value: seen + 1 })
      .where('name', '=', 'routing')
      .where('value', '=', BigInt(seen))
      .returning('name');

  return {
    put: async (seen, entry, audit) => {
      const [, , , taken = []] = await runAll(runner, [
        lock(),
        insertAudit(db, audit, isAt(seen)),
        upsertEntry(db, { ...entry, revision: seen + 1 }, seen),
        bump(seen),
      ]);
      return taken.length === 1 ? { ...entry, revision: seen + 1 } : undefined;
    },
    remove: async (seen, { kind, name }, audit) => {
      const [, , , taken = []] = await runAll(runner, [
        lock(),
        insertAudit(db, audit, isAt(seen)),
        db.deleteFrom('routing_entries').where('kind', '=', kind).where('name', '=', name).where(isAt(seen)),
        bump(seen),
      ]);
      return taken.length === 1;
    },
  };
}

function selectGeneration(db: Kysely<Schema>) {
  return db.selectFrom('generations').select('value').where('name', '=', 'routing');
}

function generationOf(rows: readonly Record<string, unknown>[]): number {
  const [row] = rows;
  if (row) return Number(row.value);
  throw new StoreError(
    'store_failed',
    'The table generations of the database has lost its row `routing`. Restore the database from a backup.',
  );
}

function upsertEntry(db: Kysely<Schema>, entry: RoutingEntry, seen: number) {
  return db
    .insertInto('routing_entries')
    .columns(['kind', 'name', 'entry', 'secrets', 'revision', 'created_at', 'updated_at'])
    .expression(
      db
        .selectFrom('generations')
        .select((eb) => [
          eb.cast<string>(eb.val(entry.kind), 'text').as('kind'),
          eb.cast<string>(eb.val(entry.name), 'text').as('name'),
          eb.cast<string>(eb.val(JSON.stringify(entry.entry)), 'text').as('entry'),
          eb.cast<string>(eb.val(JSON.stringify(entry.secrets)), 'text').as('secrets'),
          eb.cast<bigint>(eb.val(entry.revision), 'bigint').as('revision'),
          eb.cast<bigint>(eb.val(entry.createdAt), 'bigint').as('created_at'),
          eb.cast<bigint>(eb.val(entry.updatedAt), 'bigint').as('updated_at'),
        ])
        .where('generations.name', '=', 'routing')
        .where('generations.value', '=', BigInt(seen)),
    )
    .onConflict((conflict) =>
      conflict.columns(['kind', 'name']).doUpdateSet((eb) => ({
        entry: eb.ref('excluded.entry'),
        secrets: eb.ref('excluded.secrets'),
        revision: eb.ref('excluded.revision'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    );
}

function entryFromRow(row: Selectable<RoutingEntriesTable>): RoutingEntry {
  return {
    kind: row.kind as RoutingKind,
    name: row.name,
    entry: JSON.parse(row.entry) as RoutingEntry['entry'],
    secrets: JSON.parse(row.secrets) as RoutingEntry['secrets'],
    revision: Number(row.revision),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
