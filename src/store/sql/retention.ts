// Deletes old rows of the ledger, a bounded number at a time. Their sums per hour were written when they were closed.
import { type Kysely, sql } from 'kysely';
import type { LedgerUpkeep } from '../../core/ledger-snapshot.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';

export function createLedgerUpkeep(db: Kysely<Schema>, runner: QueryRunner): LedgerUpkeep {
  return {
    async deleteBefore(horizon, most) {
      const [, deleted = []] = await runAll(runner, [
        noteHorizon(db, horizon),
        deleteOldest(db, horizon, most).returning('id'),
      ]);
      return deleted.length;
    },
  };
}

/** In the same transaction, so a check never sees rows gone that the horizon does not speak of. */
function noteHorizon(db: Kysely<Schema>, horizon: number) {
  return db
    .updateTable('ledger_state')
    .set({ horizon })
    .where('id', '=', sql.lit<bigint>(1 as never))
    .where('horizon', '<', BigInt(horizon));
}

/**
 * Looks at the oldest ids alone: ids sort by time, and reading on for rows that are not there would read the whole ledger.
 * Rows that are held stay, however old.
 */
function deleteOldest(db: Kysely<Schema>, horizon: number, most: number) {
  const oldest = db.selectFrom('requests').select(['id', 'state', 'started_at']).orderBy('id').limit(most);
  return db
    .deleteFrom('requests')
    .where(
      'id',
      'in',
      db
        .selectFrom(oldest.as('oldest'))
        .select('id')
        .where('state', '<>', 'held')
        .where('started_at', '<', BigInt(horizon)),
    );
}
