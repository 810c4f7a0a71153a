// A filter of requests as conditions on the rows of the ledger. core/request-match.ts says the same of one row; a test holds
// them together.
import { type SelectQueryBuilder, sql } from 'kysely';
import { errorCodes, isIdPrefix, type RequestFilter } from '../../core/request-search.ts';
import type { Schema } from './schema.ts';

type Requests<Output> = SelectQueryBuilder<Schema, 'requests', Output>;

/** Rows the filter is about. */
export function matching<Output>(query: Requests<Output>, filter: RequestFilter): Requests<Output> {
  let matched = query;
  const equal = [
    ['key_id', filter.keyId],
    ['project_id', filter.projectId],
    ['model', filter.model],
    ['provider', filter.provider],
    ['end_user', filter.endUser],
    ['state', filter.state],
  ] as const;
  for (const [column, value] of equal) if (value !== undefined) matched = matched.where(column, '=', value);
  const flags = [
    ['partial', filter.partial],
    ['recovered', filter.recovered],
    ['stream', filter.stream],
  ] as const;
  for (const [column, value] of flags) {
    if (value !== undefined) matched = matched.where(column, '=', value ? 1n : 0n);
  }
  const least = [
    ['cost_nanousd', filter.minCost],
    ['duration_ms', filter.minDurationMs],
    ['first_token_ms', filter.minFirstTokenMs],
    ['started_at', filter.from],
  ] as const;
  for (const [column, value] of least) {
    if (value !== undefined) matched = matched.where(column, '>=', BigInt(value));
  }
  const most = [
    ['cost_nanousd', filter.maxCost],
    ['duration_ms', filter.maxDurationMs],
    ['first_token_ms', filter.maxFirstTokenMs],
  ] as const;
  for (const [column, value] of most) {
    if (value !== undefined) matched = matched.where(column, '<=', BigInt(value));
  }
  if (filter.to !== undefined) matched = matched.where('started_at', '<', BigInt(filter.to));
  return withText(withError(matched, filter), filter);
}

function withError<Output>(query: Requests<Output>, { error }: RequestFilter): Requests<Output> {
  if (error === undefined) return query;
  if (error === 'any') return query.where('error', 'is not', null);
  if (error === 'none') return query.where('error', 'is', null);
  return query.where('error', 'in', errorCodes(error));
}

/** As people type it: small or capital letters are the same, whatever the database thinks of them. */
function withText<Output>(query: Requests<Output>, { text }: RequestFilter): Requests<Output> {
  // How an id begins is a range of the primary key (`narrowed`).
  if (text === undefined || isIdPrefix(text)) return query;
  const part = `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
  return query.where(sql<boolean>`lower(id) like ${part} escape '!'`);
}

/**
 * The narrowest of what the filter says that an index of few rows, or a range of the primary key, has: a slice is then
 * of those rows alone. Constants, because that is how a partial index is recognised.
 */
export function narrowed<Output>(query: Requests<Output>, filter: RequestFilter): Requests<Output> {
  const { state, error, text } = filter;
  if (text !== undefined && isIdPrefix(text)) {
    // Behind every character of an id.
    return query.where('id', '>=', text).where('id', '<', `${text}~`);
  }
  // Its index is by node: asked for the newest first, SQLite would rather go through the whole ledger.
  if (state === 'held')
    return query.where('id', 'in', (eb) =>
      eb.selectFrom('requests as held').select('held.id').where('held.state', '=', sql.lit('held')),
    );
  if (state === 'released') return query.where('state', '=', sql.lit(state));
  if (filter.recovered === true) return query.where('recovered', '=', sql.lit<bigint>(1 as never));
  if (isOneCode(error)) return query.where('error', '=', error);
  return query;
}

/** Whether `narrowed` does anything: then no hours need to be left out. */
export function isNarrow(filter: RequestFilter): boolean {
  const { state, error, text } = filter;
  return (
    (text !== undefined && isIdPrefix(text)) ||
    state === 'held' ||
    state === 'released' ||
    filter.recovered === true ||
    isOneCode(error)
  );
}

function isOneCode(error: string | undefined): error is string {
  return error !== undefined && error !== 'any' && error !== 'none' && errorCodes(error).length === 1;
}
