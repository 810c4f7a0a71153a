import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from './password-hash.ts';

describe.each(['argon2id', 'scrypt'] as const)('a password under %s', (algorithm) => {
  const hasher = createPasswordHasher(algorithm);

  it('is checked, whoever composed its letters, and stored with its terms and a salt of its own', async () => {
    // U+00E9, and e with U+0301.
    const stored = await hasher.hash('caf\u00e9 au lait');
    expect(stored).toMatch(
      algorithm === 'scrypt' ? /^\$scrypt\$ln=15,r=8,p=3\$/ : /^\$argon2id\$v=19\$m=32768,t=2,p=1\$/,
    );
    expect(await hasher.verify('cafe\u0301 au lait', stored)).toBe(true);
    expect(await hasher.verify('cafe au lait', stored)).toBe(false);
    expect(await hasher.hash('caf\u00e9 au lait')).not.toBe(stored);
    expect(hasher.outdated(stored)).toBe(false);
  }, 30_000);

  it('of nobody is never right', async () => {
    expect(await hasher.verify('', undefined)).toBe(false);
    expect(await hasher.verify('x', 'garbage')).toBe(false);
  }, 30_000);
});

describe('a stored password', () => {
  it('made by another way is checked by it, and known to be outdated', async () => {
    const old = await createPasswordHasher('scrypt').hash('plum tractor');
    const hasher = createPasswordHasher('argon2id');
    expect(await hasher.verify('plum tractor', old)).toBe(true);
    expect(hasher.outdated(old)).toBe(true);
    expect(hasher.outdated('$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA')).toBe(true);
  }, 30_000);

  it('of argon2 fits what others write (RFC 9106 by the reference implementation)', async () => {
    // echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32 -e
    const other = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await createPasswordHasher('argon2id').verify('password', other)).toBe(true);
  }, 30_000);
});
