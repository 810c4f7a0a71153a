// The runs of a node: each start is a row with a new epoch, and names who may still hold rows of the ledger.
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';
import { type Statement, slot, statement } from './statement.ts';

export interface NodeStatements {
  /** Cells: node, now. Returns `epoch`. */
  readonly startNode: Statement;
  /** Cells: now, epoch. */
  readonly stopNode: Statement;
}

export function nodeStatements(db: Kysely<Schema>): NodeStatements {
  const nextEpoch = sql<bigint>`coalesce(max(epoch), 0) + 1`;
  return {
    startNode: statement(
      db
        .insertInto('nodes')
        .columns(['epoch', 'id', 'started_at'])
        .expression(
          db
            .selectFrom('nodes')
            .select((eb) => [
              nextEpoch.as('epoch'),
              eb.cast<string>(eb.val('node'), 'text').as('id'),
              eb.cast<bigint>(eb.val('now'), 'bigint').as('started_at'),
            ]),
        )
        .returning('epoch'),
      ['node', 'now'],
    ),
    stopNode: statement(
      db
        .updateTable('nodes')
        .set({ stopped_at: slot<bigint>('now') })
        .where('epoch', '=', slot<bigint>('epoch')),
      ['now', 'epoch'],
    ),
  };
}
