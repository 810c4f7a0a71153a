// Ids of the ledger sort by the time at which they were made: so a span of time is a range of ids, which the primary key
// finds without an index of its own. Form: createIdSource in clock.ts.

export const requestIdPrefix = 'req_';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const width = 8;

/** Not above any id made at `at` (Unix ms) or later, and above all that were made before. */
export function firstIdOf(at: number): string {
  let rest = Math.max(0, Math.floor(at));
  let text = '';
  for (let place = 0; place < width; place++) {
    text = digits[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return requestIdPrefix + text;
}

/** Unix ms at which an id was made; `undefined` for what has another form. */
export function timeOfId(id: string): number | undefined {
  if (!id.startsWith(requestIdPrefix)) return undefined;
  let at = 0;
  for (const digit of id.slice(requestIdPrefix.length, requestIdPrefix.length + width).padEnd(width, '0')) {
    const value = digits.indexOf(digit);
    if (value === -1) return undefined;
    at = at * 62 + value;
  }
  return at;
}
