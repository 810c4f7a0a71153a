// Cursors as clients see them: the place where the page before ended, with a check of the list it belongs to. Without it a
// cursor that is cut, made up or of another list would read as a list that has ended. Knows no store.
import { createHash } from 'node:crypto';
import { TollgateError } from '../core/errors.ts';

const checkBytes = 6;

/** `list`: what tells this list from the others, such as its path. `place`: what the store calls `nextCursor`. */
export function sealCursor(list: string, place: string): string {
  return Buffer.concat([checkOf(list, place), Buffer.from(place)]).toString('base64url');
}

/** The place. Throws TollgateError `invalid_value` for what `sealCursor` has not made for this list. */
export function openCursor(list: string, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const place = bytes.toString('utf8', checkBytes);
  // Compared as a whole: base64 has several spellings of the same bytes.
  if (place !== '' && sealCursor(list, place) === cursor) return place;
  throw new TollgateError('invalid_value', {
    param: 'cursor',
    values: { reason: 'it is no `next_cursor` of this list. Begin again without it.' },
  });
}

/** Against mistakes, not against forgery: whoever lists may read any page. */
function checkOf(list: string, place: string): Buffer {
  return createHash('sha256').update(`${list}\n${place}`).digest().subarray(0, checkBytes);
}
