// The queries of idempotency keys. A key is free again when it expired or when the request that had it reached no model; the
// ledger's row says so, so nothing has to be undone when a request is released.
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { ClaimState, FoundClaim, IdempotencyStore } from '../../core/idempotency.ts';
import type { LedgerState } from '../../core/store.ts';
import { type QueryRunner, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { type Statement, slot, statement } from './statement.ts';

/** Binding order of `claim`. */
export const claimCells = ['keyId', 'keyHash', 'requestId', 'bodyHash', 'createdAt', 'expiresAt'] as const;

export interface IdempotencyStatements {
  /** Who has the key. Cells: key id, hash of the key, Unix ms. Columns: `request_id`, `body_hash`. */
  readonly claimHolder: Statement;
  /** Takes a key that nobody has. Cells: `claimCells`. */
  readonly claim: Statement;
}

export function idempotencyStatements(db: Kysely<Schema>): IdempotencyStatements {
  return {
    claimHolder: statement(
      db
        .selectFrom('idempotency')
        .select(['request_id', 'body_hash'])
        .where('key_id', '=', slot('keyId'))
        .where('key_hash', '=', slot('keyHash'))
        .where('expires_at', '>', slot<bigint>('now'))
        .where((eb) => eb.not(isFree(eb))),
      ['keyId', 'keyHash', 'now'],
    ),
    claim: statement(claimQuery(db), claimCells),
  };
}

function claimQuery(db: Kysely<Schema>) {
  return db
    .insertInto('idempotency')
    .values({
      key_id: slot('keyId'),
      key_hash: slot('keyHash'),
      request_id: slot('requestId'),
      body_hash: slot('bodyHash'),
      created_at: slot<bigint>('createdAt'),
      expires_at: slot<bigint>('expiresAt'),
    })
    .onConflict((conflict) =>
      conflict.columns(['key_id', 'key_hash']).doUpdateSet((eb) => ({
        request_id: eb.ref('excluded.request_id'),
        body_hash: eb.ref('excluded.body_hash'),
        created_at: eb.ref('excluded.created_at'),
        expires_at: eb.ref('excluded.expires_at'),
        outcome: sql`null`,
        answer: sql`null`,
      })),
    );
}

/** The request that had it reached no model. */
function isFree(eb: ExpressionBuilder<Schema, 'idempotency'>) {
  return eb.and([
    eb('outcome', 'is', null),
    eb.exists(
      eb
        .selectFrom('requests')
        .select('requests.id')
        .whereRef('requests.id', '=', 'idempotency.request_id')
        .where('requests.state', '=', sql.lit<LedgerState>('released')),
    ),
  ]);
}

export function createIdempotencyStore(db: Kysely<Schema>, runner: QueryRunner): IdempotencyStore {
  return {
    async findClaim(keyId, keyHash, now) {
      const [row] = await runOne(
        runner,
        db
          .selectFrom('idempotency')
          .leftJoin('requests', 'requests.id', 'idempotency.request_id')
          .select(['request_id', 'body_hash', 'outcome', 'answer', 'requests.state as state'])
          .where('idempotency.key_id', '=', keyId)
          .where('key_hash', '=', keyHash)
          .where('expires_at', '>', BigInt(now)),
      );
      return row && foundClaim(row);
    },

    async keepAnswer(requestId, answer) {
      await runOne(
        runner,
        db
          .updateTable('idempotency')
          .set({ outcome: answer === undefined ? 'too_large' : 'kept', answer: answer ?? null })
          .where('request_id', '=', requestId),
      );
    },

    async deleteExpired(now, most) {
      const expired = db
        .selectFrom('idempotency')
        .select('request_id')
        .where('expires_at', '<=', BigInt(now))
        .orderBy('expires_at')
        .limit(most);
      const deleted = await runOne(
        runner,
        db.deleteFrom('idempotency').where('request_id', 'in', expired).returning('request_id'),
      );
      return deleted.length;
    },
  };
}

interface ClaimRow {
  readonly request_id: string;
  readonly body_hash: string;
  readonly outcome: string | null;
  readonly answer: string | null;
  readonly state: string | null;
}

function foundClaim(row: ClaimRow): FoundClaim {
  const { request_id: requestId, body_hash: bodyHash, answer } = row;
  return { requestId, bodyHash, state: stateOf(row), ...(answer === null ? {} : { answer }) };
}

function stateOf({ outcome, state }: ClaimRow): ClaimState {
  if (outcome !== null) return outcome === 'kept' ? 'kept' : 'too-large';
  if (state === 'held') return 'running';
  // A row that retention deleted was closed long before.
  return state === 'released' ? 'free' : 'unanswered';
}
