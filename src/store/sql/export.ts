// Rows of the ledger in pages, ascending, for reading all of them at one moment.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { FactFilter, LedgerFact } from '../../core/ledger-snapshot.ts';
import { ledgerRowFromRow } from './from-row.ts';
import type { RequestsTable, Schema } from './schema.ts';

export function selectFacts(
  db: Kysely<Schema>,
  { from, to, keyId, projectId, model }: FactFilter,
  after: string | undefined,
  most: number,
) {
  let query = db.selectFrom('requests').selectAll().orderBy('id').limit(most);
  if (after !== undefined) query = query.where('id', '>', after);
  if (from !== undefined) query = query.where('started_at', '>=', BigInt(from));
  if (to !== undefined) query = query.where('started_at', '<', BigInt(to));
  if (keyId !== undefined) query = query.where('key_id', '=', keyId);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (model !== undefined) query = query.where('model', '=', model);
  return query;
}

export function factFromRow(row: Selectable<RequestsTable>): LedgerFact {
  return {
    ...ledgerRowFromRow(row),
    holdTokens: Number(row.hold_tokens),
    uncharged: row.uncharged_nanousd,
    ...(row.end_user === null ? undefined : { endUser: row.end_user }),
  };
}

export function selectHorizon(db: Kysely<Schema>) {
  return db
    .selectFrom('ledger_state')
    .select('horizon')
    .where('id', '=', sql.lit<bigint>(1 as never));
}
