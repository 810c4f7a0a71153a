// Who may have what is said in a key's requests kept, and who may read it. Members speak for their own keys, and only towards
// less: what is kept of a key, its administrators decide.
import { TollgateError } from '../../core/errors.ts';
import { type Caller, mayAct } from '../../core/roles.ts';

/** Administrators, and members for keys of their own. */
export function mayReadContent(caller: Caller, ownerId: string | undefined): boolean {
  if (mayAct(caller.role, 'admin')) return true;
  return mayAct(caller.role, 'member') && ownerId !== undefined && ownerId === caller.memberId;
}

/** `before`, `after`: `log_content` of the key. Throws `invalid_value`. */
export function requireNarrower(
  caller: Caller,
  before: boolean | undefined,
  after: boolean | undefined,
): void {
  if (mayAct(caller.role, 'admin') || before === after || after === false) return;
  // What was said for every request falls back to what the file says.
  if (before === true && after === undefined) return;
  throw new TollgateError('invalid_value', {
    param: 'options.log_content',
    values: {
      reason:
        'a member can only turn content logging of a key off. An administrator can turn it on, and allow it again.',
    },
  });
}
