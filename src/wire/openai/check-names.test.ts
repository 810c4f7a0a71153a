import { expect, test } from 'vitest';
import { checkNames } from './check-names.ts';

test.each([
  ['Model', 'model'],
  ['MAX_TOKENS', 'max_tokens'],
  ['\u017ftream', 'stream'],
  ['max_to\u212aens', 'max_tokens'],
  ['N', 'n'],
])('%s is said to be %s', (given, meant) => {
  expect(checkNames({ model: 'x', [given]: 1 })).toEqual({
    code: 'invalid_value',
    param: given,
    values: { reason: `names are case-sensitive, and this field is called '${meant}'.` },
  });
});

test('fields nobody knows stay what they are', () => {
  expect(checkNames({ model: 'x', Models: 1, topK: 2, __proto__: 3, '': 4, [`${'X'.repeat(1e6)}`]: 5 })).toBe(
    undefined,
  );
});
