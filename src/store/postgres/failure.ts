// What a failure of PostgreSQL or of the way to it means: whether the same may be tried again, and the sentence for the
// operator, which never holds the password.
import { StoreError } from '../../core/store.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const connectionClass = '08';
const resourcesClass = '53';
const shutdownClass = '57P0';
const serialization = '40001';
const deadlock = '40P01';
const lockTimeout = '55P03';
const statementTimeout = '57014';
/** A primary that has become a standby. */
const readOnly = '25006';
const inFailedTransaction = '25P02';
const uniqueViolation = '23505';

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  // Every class has a digit; EPIPE, which the socket says, has five letters too.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The connection is of no use any more. Whatever has no SQLSTATE came from the socket or from a timeout of the driver. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof StoreError) return false;
  const state = sqlState(error);
  return state === undefined || state.startsWith(connectionClass) || state.startsWith(shutdownClass);
}

/** Two transactions got in each other's way; the same one, run again, goes through. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === serialization || state === deadlock;
}

/** The database may take it later: it is away, full, busy or a standby. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return (
    isConnectionLoss(error) ||
    isConflict(error) ||
    state === lockTimeout ||
    state === statementTimeout ||
    state === readOnly ||
    state?.startsWith(resourcesClass) === true
  );
}

/** Only says that a statement before it failed. */
export function isAftermath(error: unknown): boolean {
  return sqlState(error) === inFailedTransaction;
}

export function isDuplicate(error: unknown): boolean {
  return sqlState(error) === uniqueViolation;
}

/** `host:port/database as user`, of a URL that may hold a password. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the database of TOLLGATE_DATABASE_URL';
  const { hostname, port, pathname, username } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1)) || 'postgres';
  const user = username === '' ? '' : ` as ${decodeURIComponent(username)}`;
  return `${hostname || 'localhost'}:${port || '5432'}/${database}${user}`;
}

/** The sentence for whatever went wrong while the database was opened or used. */
export function toStoreError(error: unknown, url: string): StoreError {
  if (error instanceof StoreError) return error;
  const place = placeOf(url);
  const state = sqlState(error);
  const because = `(${messageOf(error)})`;
  const said = (code: 'database_unreachable' | 'store_failed', text: string) =>
    new StoreError(code, `${text} ${because}.`, error);
  if (state === '28P01' || state === '28000')
    return said(
      'database_unreachable',
      `PostgreSQL at ${place} refuses the user or password of TOLLGATE_DATABASE_URL`,
    );
  if (state === '3D000')
    return said(
      'database_unreachable',
      `PostgreSQL at ${place} has no such database; make it with \`createdb\` or name another in TOLLGATE_DATABASE_URL`,
    );
  if (state === '42501')
    return said(
      'store_failed',
      `The user of TOLLGATE_DATABASE_URL may not do this in ${place}; it must own the database or its schema`,
    );
  if (isConnectionLoss(error))
    return said(
      'database_unreachable',
      `PostgreSQL at ${place} cannot be reached; check that it runs, the address in TOLLGATE_DATABASE_URL and the network between`,
    );
  return said('store_failed', `PostgreSQL at ${place} failed`);
}
