// What the `*` of a limit's scope stand for, in writing: the values in the order of the scopes, a space between. Of all values
// only an end user's may have spaces itself, and a scope has one at most, so the text can be read back.
import { TollgateError } from '../core/errors.ts';
import { type LimitScope, limitScopes } from '../core/limits.ts';

/** As counters have it (budgets/limit-book.ts). */
const separator = '\u001f';

export function writeSubject(subject: string): string {
  return subject.replaceAll(separator, ' ');
}

/** Back to what counters have. Throws TollgateError `invalid_value` when it has fewer values than the scope has `*`. */
export function readSubject(scope: LimitScope, text: string): string {
  const kinds = limitScopes.filter((kind) => scope[kind] === '*');
  if (kinds.length < 2) return text;
  const words = text.replaceAll(separator, ' ').split(' ');
  const endUser = kinds.indexOf('end_user');
  if (words.length === kinds.length) return words.join(separator);
  if (words.length < kinds.length || endUser === -1) throw wrong(kinds);
  const behind = words.length - (kinds.length - endUser - 1);
  return [...words.slice(0, endUser), words.slice(endUser, behind).join(' '), ...words.slice(behind)].join(
    separator,
  );
}

function wrong(kinds: readonly string[]): TollgateError {
  const reason = `the scope of this limit has ${kinds.length} \`*\`, so it takes as many values with a space between: ${kinds.join(', ')}.`;
  return new TollgateError('invalid_value', { param: 'subject', values: { reason } });
}
