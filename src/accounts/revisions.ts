// Changes that build on what was read: with a revision of the caller's they are refused when it has passed, without one they
// are worked out again on what is stored by then.
import { TollgateError } from '../core/errors.ts';

interface Revised {
  readonly revision: number;
}

/** Everybody who changes the same thing at the same moment gets his turn; more often it is somebody else's mistake. */
const attempts = 20;

export interface RevisedChange<Row extends Revised, Result> {
  /** `key`, `limit`: for messages. */
  readonly kind: string;
  /** As the caller named it. */
  readonly reference: string;
  /** From `If-Match`; absent = whatever it is now. */
  readonly wanted: number | undefined;
  read(): Promise<Row | undefined>;
  /** `undefined` when it was changed since. */
  write(row: Row): Promise<Result | undefined>;
}

/** Errors: `admin_not_found`, `admin_precondition_failed`. */
export async function changeRevised<Row extends Revised, Result>(
  change: RevisedChange<Row, Result>,
): Promise<Result> {
  const { kind, reference, wanted } = change;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const row = await change.read();
    if (!row) throw notFound(kind, reference);
    if (wanted !== undefined && row.revision !== wanted) {
      throw new TollgateError('admin_precondition_failed', {
        values: { kind, revision: row.revision, wanted },
      });
    }
    const result = await change.write(row);
    if (result !== undefined) return result;
  }
  throw conflict(`The ${kind} is being changed by others all the time. Please try again.`);
}

export function notFound(kind: string, reference: string): TollgateError {
  return new TollgateError('admin_not_found', { values: { kind, reference: reference.slice(0, 100) } });
}

export function conflict(reason: string): TollgateError {
  return new TollgateError('admin_conflict', { values: { reason } });
}
