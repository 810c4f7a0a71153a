// That a cursor is for its own list, whole, and carries any place there is.
import { describe, expect, it } from 'vitest';
import { openCursor, sealCursor } from './cursor.ts';

const refused = expect.objectContaining({ code: 'invalid_value', param: 'cursor' });

describe('a cursor', () => {
  it.each(['key_0Aa', 'an end user & co / ü 💥', '~', 'x'.repeat(600)])('carries %j', (place) => {
    const cursor = sealCursor('/limits/a/counters', place);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(openCursor('/limits/a/counters', cursor)).toBe(place);
    expect(() => openCursor('/limits/b/counters', cursor)).toThrow(refused);
  });

  it('is refused when any of its characters is another, or gone', () => {
    const cursor = sealCursor('/keys', 'key_0Aa');
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      for (const text of [cursor.slice(0, at), cursor.slice(0, at) + other + cursor.slice(at + 1)]) {
        expect(() => openCursor('/keys', text)).toThrow(refused);
      }
    }
    expect(() => openCursor('/keys', `${cursor}=`)).toThrow(refused);
    expect(() => openCursor('/keys', sealCursor('/keys', ''))).toThrow(refused);
  });
});
