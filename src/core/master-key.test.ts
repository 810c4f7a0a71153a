import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMasterKey, parseMasterKey } from './master-key.ts';

const random = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((bytes) => new Set(bytes).size >= 12)
  .map((bytes) => Buffer.from(bytes));

test('hex and base64 of 32 bytes are read, in every spelling', () => {
  fc.assert(
    fc.property(random, (bytes) => {
      const base64 = formatMasterKey(bytes);
      const spellings = [
        bytes.toString('hex'),
        bytes.toString('hex').toUpperCase(),
        base64,
        base64.replace('=', ''),
        bytes.toString('base64url'),
        `  ${base64}\n`,
      ];
      for (const text of spellings) expect(parseMasterKey(text, 'KEY')).toEqual({ bytes });
    }),
  );
});

test.each([
  ['a passphrase', 'correct horse battery staple', /A passphrase is not taken/],
  ['a passphrase of 32 characters', 'correct-horse-battery-staple-123', /A passphrase is not taken/],
  [
    'a passphrase of 43 characters',
    'correct-horse-battery-staple-and-so-forth-x',
    /A passphrase is not taken/,
  ],
  ['16 bytes', '000102030405060708090a0b0c0d0e0f', /32 random bytes.*it has 32 characters/],
  ['33 bytes', Buffer.from(Array.from({ length: 33 }, (_, i) => i)).toString('base64'), /32 random bytes/],
  ['nothing', '', /it has 0 characters/],
  ['zeros', '0'.repeat(64), /follow a pattern/],
  ['a repeated word', 'deadbeef'.repeat(8), /follow a pattern/],
])('%s is refused, and not repeated', (_, text, message) => {
  const parsed = parseMasterKey(text, 'TOLLGATE_SECRET_KEY');
  const problem = 'problem' in parsed ? parsed.problem : 'was accepted';
  expect(problem).toMatch(/^TOLLGATE_SECRET_KEY is no master key/);
  expect(problem).toMatch(message);
  expect(problem).toContain('`openssl rand -base64 32` makes one.');
  if (text.length > 8) expect(problem).not.toContain(text);
});
