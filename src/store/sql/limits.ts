// Limits as an administrator makes, changes and looks at them. The batch that enforces them reads them through
// limits-in-force.ts; every change bumps the generation that makes it do so.
import { type Compilable, type Kysely, type Selectable, sql } from 'kysely';
import type {
  LimitFilter,
  LimitOwner,
  LimitReader,
  LimitWriter,
  StoredLimit,
} from '../../core/limit-admin.ts';
import { type Limit, type LimitScope, type LimitScopeKind, limitScopes } from '../../core/limits.ts';
import { bumpGeneration, insertAudit } from './audit.ts';
import { pageOf } from './from-row.ts';
import { counterFromRow, countersOf } from './limit-counters.ts';
import { limitFromRow } from './limits-in-force.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { LimitsTable, Schema } from './schema.ts';

export function createLimitReader(db: Kysely<Schema>, runner: QueryRunner): LimitReader {
  return {
    limits: async (filter, { limit, cursor }) => {
      let query = filtered(db, filter)
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      return pageOf((await runOne(runner, query)).map(storedLimitFromRow), limit);
    },
    limit: async (id) => (await runOne(runner, inForce(db).where('id', '=', id))).map(storedLimitFromRow)[0],
    counter: async (limit, subject, span) => {
      const [row] = await countersOf(db, runner, [{ limit, subject, span }]);
      if (!row) throw new Error(`no counter of ${limit.id}`);
      return row;
    },
    countersOf: (wanted) => countersOf(db, runner, wanted),
    applying: async (owners) => {
      const scopes = [...new Set(owners.flatMap(scopesOf))];
      const found: StoredLimit[] = [];
      for (let from = 0; from < scopes.length; from += mostScopes) {
        const some = scopes.slice(from, from + mostScopes);
        found.push(...(await runOne(runner, inForce(db).where('scope', 'in', some))).map(storedLimitFromRow));
      }
      return found;
    },
    counters: async (limitId, windowStart, { limit, cursor }) => {
      let query = db
        .selectFrom('limit_counters')
        .selectAll()
        .where('limit_id', '=', limitId)
        .where('window_start', '=', BigInt(windowStart))
        .orderBy('subject')
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where('subject', '>', cursor);
      const rows = (await runOne(runner, query)).map(counterFromRow);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return rows.length > limit && last ? { items, nextCursor: last.subject } : { items };
    },
  };
}

export function createLimitWriter(db: Kysely<Schema>, runner: QueryRunner): LimitWriter {
  /** `changes` end with one that returns a row if it took place. */
  async function change(changes: readonly Compilable[], id: string): Promise<StoredLimit | undefined> {
    const read = db.selectFrom('limits').selectAll().where('id', '=', id);
    const results = await runAll(runner, [bumpGeneration(db, 'limits'), ...changes, read, dropCounters(db)]);
    const [row] = results.at(-2) as unknown as Selectable<LimitsTable>[];
    return results.at(-3)?.length === 1 && row ? storedLimitFromRow(row) : undefined;
  }

  return {
    add: (limit, audit) => {
      const none = noneAlike(db, limit);
      return change([insertAudit(db, audit, none), insertLimit(db, limit, none)], limit.id);
    },
    setAmount: ({ id, revision, amount, now }, audit) =>
      change(
        [
          insertAudit(db, audit, limitAt(db, id, revision)),
          db
            .updateTable('limits')
            .set({ amount, revision: revision + 1, updated_at: now })
            .where('id', '=', id)
            .where('revision', '=', BigInt(revision))
            .where('deleted_at', 'is', null)
            .returning('id'),
        ],
        id,
      ),
    remove: async ({ id, revision, now }, audit) =>
      (await change(
        [insertAudit(db, audit, limitAt(db, id, revision)), removeLimit(db, id, revision, now)],
        id,
      )) !== undefined,
    syncConfig: async (wanted, now, audit) => {
      const rows = await runOne(runner, db.selectFrom('limits').selectAll().where('source', '=', 'config'));
      const before = new Map(rows.map((row) => [row.id, row]));
      const kept = new Set(wanted.map(({ id }) => id));
      const counts = { added: 0, changed: 0, removed: 0 };
      const changes: Compilable[] = [];
      const always = sql<boolean>`1 = 1`;
      for (const limit of wanted) {
        const row = before.get(limit.id);
        const known = row && row.deleted_at === null ? storedLimitFromRow(row) : undefined;
        if (known && known.amount === limit.amount && known.timeZone === limit.timeZone) continue;
        counts[known ? 'changed' : 'added']++;
        // A node that had not heard of the removal yet may have made one since.
        if (!known) changes.push(db.deleteFrom('limit_counters').where('limit_id', '=', limit.id));
        const after = { ...limit, revision: Number(row?.revision ?? 0n) + 1 };
        changes.push(
          insertAudit(db, audit(known ? 'limit.update' : 'limit.create', known, after), always),
          upsertLimit(db, after),
        );
      }
      for (const row of rows) {
        if (kept.has(row.id) || row.deleted_at !== null) continue;
        counts.removed++;
        changes.push(
          insertAudit(db, audit('limit.delete', storedLimitFromRow(row)), always),
          removeLimit(db, row.id, Number(row.revision), now),
        );
      }
      if (changes.length > 0)
        await runAll(runner, [bumpGeneration(db, 'limits'), ...changes, dropCounters(db)]);
      return counts;
    },
  };
}

function inForce(db: Kysely<Schema>) {
  return db.selectFrom('limits').selectAll().where('deleted_at', 'is', null);
}

/** Most parameters of one query: databases have their own bounds above it. */
const mostScopes = 5_000;

/** Of every limit that all requests of the owner count for, in writing. */
function scopesOf({ organization, project, key }: LimitOwner): string[] {
  const scopes: string[] = [];
  for (const org of [undefined, organization, '*']) {
    for (const proj of [undefined, project, '*']) {
      for (const own of key === undefined ? [undefined] : [undefined, key, '*']) {
        if (org === undefined && proj === undefined && own === undefined) continue;
        scopes.push(scopeText(scopeFrom({ organization: org, project: proj, key: own })));
      }
    }
  }
  return scopes;
}

function scopeFrom(values: { readonly [kind in LimitScopeKind]?: string | undefined }): LimitScope {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function filtered(db: Kysely<Schema>, { metric, window, source, scope, owner }: LimitFilter) {
  let query = inForce(db);
  if (metric !== undefined) query = query.where('metric', '=', metric);
  if (window !== undefined) query = query.where('period', '=', window);
  if (source !== undefined) query = query.where('source', '=', source);
  if (scope !== undefined) {
    // Scopes are written in one way (scopeText), so a member is a piece of text that nothing else can look like.
    const named = `%${likeText(`"${scope.kind}":${JSON.stringify(scope.value)}`)}%`;
    const any = `%${likeText(`"${scope.kind}":"*"`)}%`;
    query = query.where(sql<boolean>`(scope like ${named} escape '!' or scope like ${any} escape '!')`);
  }
  if (owner !== undefined) {
    // A project's own limits are those that do not depend on one of its keys.
    const kinds = { organization: owner.organization, project: owner.project, key: owner.key, end_user: '*' };
    for (const [kind, value] of Object.entries(kinds)) {
      const there = `%"${kind}":%`;
      const any = `%"${kind}":"*"%`;
      const named = `%${likeText(`"${kind}":${JSON.stringify(value ?? '*')}`)}%`;
      query = query.where(
        sql<boolean>`(scope not like ${there} or scope like ${any} or scope like ${named} escape '!')`,
      );
    }
  }
  return query;
}

const likeText = (text: string) => text.replace(/[!%_]/g, '!$&');

/** One spelling for each scope, so that equal scopes are equal texts. */
export function scopeText(scope: LimitScope): string {
  const entries = limitScopes.flatMap((kind) => (scope[kind] === undefined ? [] : [[kind, scope[kind]]]));
  return JSON.stringify(Object.fromEntries(entries));
}

function noneAlike(db: Kysely<Schema>, limit: Limit) {
  return sql<boolean>`not exists ${inForce(db)
    .clearSelect()
    .select('id')
    .where('scope', '=', scopeText(limit.scope))
    .where('metric', '=', limit.metric)
    .where('period', '=', limit.window)}`;
}

function limitAt(db: Kysely<Schema>, id: string, revision: number) {
  return sql<boolean>`exists ${inForce(db)
    .clearSelect()
    .select('id')
    .where('id', '=', id)
    .where('revision', '=', BigInt(revision))}`;
}

export function insertLimit(db: Kysely<Schema>, limit: StoredLimit, condition: ReturnType<typeof noneAlike>) {
  return db
    .insertInto('limits')
    .columns([
      'id',
      'scope',
      'metric',
      'period',
      'amount',
      'time_zone',
      'source',
      'revision',
      'created_at',
      'updated_at',
    ])
    .expression(
      db
        .selectFrom('generations')
        .select((eb) => [
          eb.cast<string>(eb.val(limit.id), 'text').as('id'),
          eb.cast<string>(eb.val(scopeText(limit.scope)), 'text').as('scope'),
          eb.cast<string>(eb.val(limit.metric), 'text').as('metric'),
          eb.cast<string>(eb.val(limit.window), 'text').as('period'),
          eb.cast<bigint>(eb.val(limit.amount), 'bigint').as('amount'),
          eb.cast<string>(eb.val(limit.timeZone), 'text').as('time_zone'),
          eb.cast<string>(eb.val(limit.source), 'text').as('source'),
          eb.cast<bigint>(eb.val(limit.revision), 'bigint').as('revision'),
          eb.cast<bigint>(eb.val(limit.createdAt), 'bigint').as('created_at'),
          eb.cast<bigint>(eb.val(limit.updatedAt), 'bigint').as('updated_at'),
        ])
        .where('generations.name', '=', 'limits')
        .where(condition),
    )
    .returning('id');
}

/** Of the file: its id says what it limits, so a limit that comes back goes on with its counters. */
function upsertLimit(db: Kysely<Schema>, limit: StoredLimit) {
  return db
    .insertInto('limits')
    .values({
      id: limit.id,
      scope: scopeText(limit.scope),
      metric: limit.metric,
      period: limit.window,
      amount: limit.amount,
      time_zone: limit.timeZone,
      source: limit.source,
      revision: limit.revision,
      created_at: limit.createdAt,
      updated_at: limit.updatedAt,
      deleted_at: null,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        amount: limit.amount,
        time_zone: limit.timeZone,
        revision: limit.revision,
        updated_at: limit.updatedAt,
        deleted_at: null,
      }),
    );
}

function removeLimit(db: Kysely<Schema>, id: string, revision: number, now: number) {
  return db
    .updateTable('limits')
    .set({ deleted_at: now, revision: revision + 1, updated_at: now })
    .where('id', '=', id)
    .where('revision', '=', BigInt(revision))
    .where('deleted_at', 'is', null)
    .returning('id');
}

/** A limit that is not in force hears of no settlement: should it come back, its counters are made anew. */
function dropCounters(db: Kysely<Schema>) {
  const gone = db.selectFrom('limits').select('id').where('deleted_at', 'is not', null);
  return db.deleteFrom('limit_counters').where('limit_id', 'in', gone);
}

function storedLimitFromRow(row: Selectable<LimitsTable>): StoredLimit {
  return {
    ...limitFromRow(row),
    revision: Number(row.revision),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
