// The table of what was said in requests. What lies there is sealed; this file cannot read it.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { ContentStore, SealedContent } from '../../core/content.ts';
import { insertAudit } from './audit.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { RequestContentTable, Schema } from './schema.ts';

export function createContentStore(db: Kysely<Schema>, runner: QueryRunner): ContentStore {
  const exists = (requestId: string) =>
    sql<boolean>`exists (select 1 from request_content where request_id = ${requestId})`;

  return {
    async put(contents) {
      if (contents.length === 0) return;
      await runOne(
        runner,
        db
          .insertInto('request_content')
          .values(contents.map(toRow))
          .onConflict((conflict) => conflict.column('request_id').doNothing()),
      );
    },

    async has(requestId) {
      const found = db.selectFrom('request_content').select('request_id').where('request_id', '=', requestId);
      return (await runOne(runner, found)).length > 0;
    },

    async read(requestId, audit) {
      const [, rows = []] = await runAll(runner, [
        insertAudit(db, audit, exists(requestId)),
        db.selectFrom('request_content').selectAll().where('request_id', '=', requestId),
      ]);
      const [row] = rows as unknown as Selectable<RequestContentTable>[];
      return row && fromRow(row);
    },

    async remove(requestId, audit) {
      const [, deleted = []] = await runAll(runner, [
        insertAudit(db, audit, exists(requestId)),
        db.deleteFrom('request_content').where('request_id', '=', requestId).returning('request_id'),
      ]);
      return deleted.length > 0;
    },

    async deleteBefore(createdAt, most) {
      const old = db
        .selectFrom('request_content')
        .select('request_id')
        .where('created_at', '<', BigInt(createdAt))
        .orderBy('created_at')
        .limit(most);
      const deleted = await runOne(
        runner,
        db.deleteFrom('request_content').where('request_id', 'in', old).returning('request_id'),
      );
      return deleted.length;
    },
  };
}

function toRow(content: SealedContent) {
  return {
    request_id: content.requestId,
    key_id: content.keyId,
    created_at: content.createdAt,
    prompt_bytes: content.promptBytes,
    answer_bytes: content.answerBytes,
    secret_key: content.secretKey,
    nonce: content.nonce,
    ciphertext: content.ciphertext,
  };
}

function fromRow(row: Selectable<RequestContentTable>): SealedContent {
  return {
    requestId: row.request_id,
    keyId: row.key_id,
    createdAt: Number(row.created_at),
    promptBytes: Number(row.prompt_bytes),
    answerBytes: Number(row.answer_bytes),
    secretKey: row.secret_key,
    nonce: row.nonce,
    ciphertext: row.ciphertext,
  };
}
