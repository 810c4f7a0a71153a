import { describe, expect, it } from 'vitest';
import { claimOf, idempotencyKey } from './claim-key.ts';

describe('the header', () => {
  it.each(['a', 'x'.repeat(255), '"quoted"', '3f1d4b8e-6a54-4c7e-9a77-0d2f6f5b1c02', '!~'])(
    'takes %j',
    (key) => {
      expect(idempotencyKey(key)).toBe(key);
    },
  );

  it('may be absent', () => {
    expect(idempotencyKey(undefined)).toBeUndefined();
  });

  it.each([
    ['', 'it is empty'],
    ['x'.repeat(256), 'it has 256 characters'],
    // Two headers, as Node joins them.
    ['one, two', 'it has spaces or other invisible characters, or such that are not ASCII'],
    ['tab\tbed', 'it has spaces'],
    ['gr\u00fcn', 'not ASCII'],
  ])('refuses %j', (key, reason) => {
    expect(() => idempotencyKey(key)).toThrow(
      expect.objectContaining({
        code: 'invalid_idempotency_key',
        message: expect.stringContaining(reason),
      }),
    );
  });
});

describe('a claim', () => {
  const request = { key: 'k', url: '/v1/chat/completions', body: Buffer.from('{"a":1}'), expiresAt: 5 };

  it('is the same for the same bytes on the same path, whatever the query', async () => {
    const claim = await claimOf(request);
    expect(claim.expiresAt).toBe(5);
    expect(await claimOf({ ...request, url: '/v1/chat/completions?x=1' })).toEqual(claim);
    for (const change of [{ body: Buffer.from('{"a":2}') }, { url: '/v1/other' }]) {
      expect((await claimOf({ ...request, ...change })).bodyHash).not.toBe(claim.bodyHash);
    }
    expect((await claimOf({ ...request, key: 'l' })).keyHash).not.toBe(claim.keyHash);
  });

  it('looks at every byte of a large body, and lets others have their turn', async () => {
    const body = Buffer.alloc(5 * 1_048_576 + 3, 'x');
    let turns = 0;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const claim = await claimOf({ ...request, body });
    clearImmediate(next);
    const other = Buffer.from(body);
    other[body.length - 1] = 0;
    expect((await claimOf({ ...request, body: other })).bodyHash).not.toBe(claim.bodyHash);
    expect(claim.bodyHash).toBe((await claimOf({ ...request, body })).bodyHash);
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});
