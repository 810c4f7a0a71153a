// The ledger's queries. Hold and settle are compiled once and bound by position (`holdCells`, `settleCells`);
// the rest is compiled per call. Dialect-neutral: casts are there for databases that do not guess a type.
import { type Kysely, sql } from 'kysely';
import type { KeyStatus } from '../../core/principal.ts';
import type { LedgerState } from '../../core/store.ts';
import type { Schema } from './schema.ts';
import { type Statement, slot, statement } from './statement.ts';

/** What a cell of a hot statement may hold. Money is bigint; counts and times are whole numbers. */
export type Cell = string | number | bigint | null;

/** Binding order of `hold`. */
export const holdCells = [
  'id',
  'model',
  'provider',
  'upstreamModel',
  'priceVersion',
  'hold',
  'stream',
  'startedAt',
  'epoch',
  'endUser',
  'outputCap',
  'holdTokens',
  'keyId',
  'startedAt',
] as const;

/** Binding order of `settle`. */
export const settleCells = [
  'state',
  'provider',
  'upstreamModel',
  'cost',
  'uncharged',
  'input',
  'output',
  'cachedInput',
  'cacheWrite',
  'reasoning',
  'usageDetails',
  'usageSource',
  'partial',
  'error',
  'attempts',
  'firstTokenMs',
  'durationMs',
  'details',
  'id',
] as const;

/** Binding order of `checkpoint`. */
export const checkpointCells = [
  'cost',
  'uncharged',
  'input',
  'output',
  'cachedInput',
  'cacheWrite',
  'reasoning',
  'usageDetails',
  'usageSource',
  'at',
  'id',
] as const;

export interface LedgerStatements {
  readonly hold: Statement;
  readonly settle: Statement;
  /** Why `hold` inserted nothing: the key's row. Cells: its id. */
  readonly keyState: Statement;
  /** Why `settle` changed nothing: the row's state. Cells: its id. */
  readonly requestState: Statement;
  readonly checkpoint: Statement;
  /** What a row that is held reserved, and for whom. Cells: its id. */
  readonly heldRow: Statement;
  /** As `heldRow`, of all rows that runs before this epoch left held. Cells: the epoch. */
  readonly heldBefore: Statement;
  /** Closes one row at its last checkpoint. Cells: its id. */
  readonly recover: Statement;
}

export function ledgerStatements(db: Kysely<Schema>): LedgerStatements {
  return {
    hold: statement(holdQuery(db), holdCells),
    settle: statement(settleQuery(db), settleCells),
    keyState: statement(
      db.selectFrom('api_keys').select(['status', 'preview', 'expires_at']).where('id', '=', slot('keyId')),
      ['keyId'],
    ),
    requestState: statement(db.selectFrom('requests').select('state').where('id', '=', slot('id')), ['id']),
    checkpoint: statement(checkpointQuery(db), checkpointCells),
    heldRow: statement(heldRows(db).where('requests.id', '=', slot('id')), ['id']),
    heldBefore: statement(heldRows(db).where('node_epoch', '<', slot<bigint>('epoch')), ['epoch']),
    recover: statement(recoverQuery(db), ['id']),
  };
}

/** Inserts a held row if, and only if, the key's row allows it at this moment: one statement, so no gap between. */
function holdQuery(db: Kysely<Schema>) {
  return db
    .insertInto('requests')
    .columns([
      'id',
      'model',
      'provider',
      'upstream_model',
      'price_version',
      'hold_nanousd',
      'stream',
      'started_at',
      'node_epoch',
      'end_user',
      'output_cap',
      'hold_tokens',
      'key_id',
      'project_id',
      'state',
      'partial',
      'recovered',
    ])
    .expression(
      db
        .selectFrom('api_keys')
        .select((eb) => [
          eb.cast<string>(eb.val('id'), 'text').as('id'),
          eb.cast<string>(eb.val('model'), 'text').as('model'),
          eb.cast<string>(eb.val('provider'), 'text').as('provider'),
          eb.cast<string>(eb.val('upstreamModel'), 'text').as('upstream_model'),
          eb.cast<string>(eb.val('priceVersion'), 'text').as('price_version'),
          eb.cast<bigint>(eb.val('hold'), 'bigint').as('hold_nanousd'),
          eb.cast<bigint>(eb.val('stream'), 'bigint').as('stream'),
          eb.cast<bigint>(eb.val('startedAt'), 'bigint').as('started_at'),
          eb.cast<bigint>(eb.val('epoch'), 'bigint').as('node_epoch'),
          eb.cast<string | null>(eb.val('endUser'), 'text').as('end_user'),
          eb.cast<bigint | null>(eb.val('outputCap'), 'bigint').as('output_cap'),
          eb.cast<bigint>(eb.val('holdTokens'), 'bigint').as('hold_tokens'),
          'api_keys.id as key_id',
          'project_id',
          sql.lit<LedgerState>('held').as('state'),
          eb.lit(0).as('partial'),
          eb.lit(0).as('recovered'),
        ])
        .where('api_keys.id', '=', slot('keyId'))
        .where('status', '=', sql.lit<KeyStatus>('active'))
        .where((eb) =>
          eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', slot<bigint>('startedAt'))]),
        ),
    );
}

/** Only a held row changes, so a second settle of the same id is no change at all. */
function settleQuery(db: Kysely<Schema>) {
  return db
    .updateTable('requests')
    .set({
      state: slot('state'),
      provider: slot('provider'),
      upstream_model: slot('upstreamModel'),
      cost_nanousd: slot<bigint>('cost'),
      uncharged_nanousd: slot<bigint>('uncharged'),
      input_tokens: slot<bigint>('input'),
      output_tokens: slot<bigint>('output'),
      cached_input_tokens: slot<bigint>('cachedInput'),
      cache_write_tokens: slot<bigint>('cacheWrite'),
      reasoning_tokens: slot<bigint>('reasoning'),
      usage_details: slot('usageDetails'),
      usage_source: slot('usageSource'),
      partial: slot<bigint>('partial'),
      error: slot('error'),
      attempts: slot('attempts'),
      first_token_ms: slot<bigint>('firstTokenMs'),
      duration_ms: slot<bigint>('durationMs'),
      details: slot('details'),
    })
    .where('id', '=', slot('id'))
    .where('state', '=', sql.lit<LedgerState>('held'));
}

/** Progress of a row that is still held: what it is charged if nothing more is heard of it. */
function checkpointQuery(db: Kysely<Schema>) {
  return db
    .updateTable('requests')
    .set({
      cost_nanousd: slot<bigint>('cost'),
      uncharged_nanousd: slot<bigint>('uncharged'),
      input_tokens: slot<bigint>('input'),
      output_tokens: slot<bigint>('output'),
      cached_input_tokens: slot<bigint>('cachedInput'),
      cache_write_tokens: slot<bigint>('cacheWrite'),
      reasoning_tokens: slot<bigint>('reasoning'),
      usage_details: slot('usageDetails'),
      usage_source: slot('usageSource'),
      checkpoint_at: slot<bigint>('at'),
    })
    .where('id', '=', slot('id'))
    .where('state', '=', sql.lit<LedgerState>('held'));
}

/** Columns that counters and sums need of a row that is held. */
export function heldRows(db: Kysely<Schema>) {
  return db
    .selectFrom('requests')
    .innerJoin('projects', 'projects.id', 'requests.project_id')
    .select([
      'requests.id',
      'key_id',
      'project_id',
      'organization_id',
      'end_user',
      'model',
      'provider',
      'hold_nanousd',
      'hold_tokens',
      'cost_nanousd',
      'input_tokens',
      'output_tokens',
      'cached_input_tokens',
      'cache_write_tokens',
      'reasoning_tokens',
      'started_at',
    ])
    .where('state', '=', sql.lit<LedgerState>('held'));
}

/** Of a row without a checkpoint nothing is known: it is charged nothing, and its usage stays unknown. */
function recoverQuery(db: Kysely<Schema>) {
  return db
    .updateTable('requests')
    .set((eb) => ({
      state: sql.lit<LedgerState>('settled'),
      cost_nanousd: eb.fn.coalesce('cost_nanousd', sql.lit<number>(0)),
      recovered: sql.lit<number>(1),
    }))
    .where('id', '=', slot('id'))
    .where('state', '=', sql.lit<LedgerState>('held'));
}

export function selectRow(db: Kysely<Schema>, id: string) {
  return db.selectFrom('requests').selectAll().where('id', '=', id);
}

/** One more than `limit`, so the caller sees whether there is a next page. */
export function selectRows(db: Kysely<Schema>, limit: number, before: string | undefined) {
  const newest = db
    .selectFrom('requests')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1);
  return before === undefined ? newest : newest.where('id', '<', before);
}
