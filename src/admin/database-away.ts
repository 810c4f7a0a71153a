// A database that cannot be reached is no bug of the gateway: whoever administers it is told so, and may come back.
import { TollgateError } from '../core/errors.ts';
import { StoreError, type StoreErrorCode } from '../core/store.ts';

const away: ReadonlySet<StoreErrorCode> = new Set([
  'database_unreachable',
  'data_folder_unusable',
  'data_folder_in_use',
]);

/** Details stay with the cause, which names hosts and folders. `undefined` for any other failure. */
export function databaseAway(error: unknown): TollgateError | undefined {
  if (!(error instanceof StoreError && away.has(error.code))) return undefined;
  return new TollgateError('database_unavailable', { cause: error, retryAfterMs: 1_000 });
}
