// The audit log, and what every change by an administrator begins and ends with: the bump that every process on the database
// notices (it also keeps two changes apart until the first is committed), and the entry that says what was changed.

import type { Selectable } from 'kysely';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AuditEntry, AuditFilter, AuditReader } from '../../core/audit.ts';
import { pageOf } from './from-row.ts';
import { type QueryRunner, runOne } from './query-runner.ts';
import type { AuditLogTable, Schema } from './schema.ts';

/** Goes first in a list of queries: on every database it makes the second of two changes wait for the first. */
export function bumpGeneration(db: Kysely<Schema>, name: 'limits' | 'keys' | 'prices') {
  return db.updateTable('generations').set({ value: sql<bigint>`value + 1` }).where('name', '=', name);
}

/** The entry is written only where `condition` finds what is being changed, as the change itself does. */
export function insertAudit(db: Kysely<Schema>, entry: AuditEntry, condition: RawBuilder<boolean>) {
  return db
    .insertInto('audit_log')
    .columns(['id', 'at', 'actor', 'action', 'target_kind', 'target_id', 'before', 'after'])
    .expression(
      db
        .selectFrom('generations')
        .select((eb) => [
          eb.cast<string>(eb.val(entry.id), 'text').as('id'),
          eb.cast<bigint>(eb.val(entry.at), 'bigint').as('at'),
          eb.cast<string>(eb.val(entry.actor), 'text').as('actor'),
          eb.cast<string>(eb.val(entry.action), 'text').as('action'),
          eb.cast<string>(eb.val(entry.targetKind), 'text').as('target_kind'),
          eb.cast<string>(eb.val(entry.targetId), 'text').as('target_id'),
          eb.cast<string | null>(eb.val(jsonOrNull(entry.before)), 'text').as('before'),
          eb.cast<string | null>(eb.val(jsonOrNull(entry.after)), 'text').as('after'),
        ])
        .where('generations.name', '=', 'keys')
        .where(condition),
    );
}

export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

export function createAuditReader(db: Kysely<Schema>, runner: QueryRunner): AuditReader {
  return {
    entries: async (filter, { limit, cursor }) => {
      let query = db
        .selectFrom('audit_log')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      for (const [column, value] of equalTo(filter)) query = query.where(column, '=', value);
      if (filter.from !== undefined) query = query.where('at', '>=', BigInt(filter.from));
      if (filter.to !== undefined) query = query.where('at', '<', BigInt(filter.to));
      return pageOf((await runOne(runner, query)).map(entryFromRow), limit);
    },
  };
}

function equalTo(
  filter: AuditFilter,
): (readonly ['actor' | 'action' | 'target_kind' | 'target_id', string])[] {
  const found = [
    ['actor', filter.actor],
    ['action', filter.action],
    ['target_kind', filter.targetKind],
    ['target_id', filter.targetId],
  ] as const;
  return found.flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as const]));
}

function entryFromRow(row: Selectable<AuditLogTable>): AuditEntry {
  return {
    id: row.id,
    at: Number(row.at),
    actor: row.actor,
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    ...(row.before === null ? {} : { before: JSON.parse(row.before) as unknown }),
    ...(row.after === null ? {} : { after: JSON.parse(row.after) as unknown }),
  };
}
