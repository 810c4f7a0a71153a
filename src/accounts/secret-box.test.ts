// The cipher of stored secrets, by properties: what was sealed opens again, and nothing else ever does.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasterKey } from './secret-box.ts';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/);
const texts = fc.string({ unit: 'binary', maxLength: 200 });

describe('sealed texts', () => {
  test('open under their key and name', () => {
    fc.assert(
      fc.property(keys, names, texts, (bytes, name, text) => {
        const key = createMasterKey(bytes);
        expect(key.open(name, key.seal(name, text))).toBe(text);
        // Another process with the same key.
        expect(createMasterKey(bytes).open(name, key.seal(name, text))).toBe(text);
      }),
    );
  });

  test('do not open when any bit of nonce, ciphertext or tag was flipped', () => {
    fc.assert(
      fc.property(keys, names, texts, fc.nat(), fc.boolean(), (bytes, name, text, at, inNonce) => {
        const key = createMasterKey(bytes);
        const sealed = key.seal(name, text);
        const member = inNonce ? 'nonce' : 'ciphertext';
        const changed = Buffer.from(sealed[member], 'base64');
        const bit = at % (changed.length * 8);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(key.open(name, { ...sealed, [member]: changed.toString('base64') })).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('do not open when any character of their text was exchanged, cut off or added', () => {
    fc.assert(
      fc.property(
        keys,
        names,
        texts,
        fc.nat(),
        fc.stringMatching(/^[A-Za-z0-9+/= \n]{0,3}$/),
        (bytes, name, text, at, piece) => {
          const key = createMasterKey(bytes);
          const sealed = key.seal(name, text);
          const { ciphertext } = sealed;
          const index = at % ciphertext.length;
          const changed = ciphertext.slice(0, index) + piece + ciphertext.slice(index + 1);
          fc.pre(changed !== ciphertext);
          expect(key.open(name, { ...sealed, ciphertext: changed })).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  test('do not open under another name, though the key is right: rows cannot be swapped', () => {
    fc.assert(
      fc.property(keys, names, names, texts, (bytes, one, other, text) => {
        fc.pre(one !== other);
        const key = createMasterKey(bytes);
        expect(key.open(other, key.seal(one, text))).toBeUndefined();
      }),
    );
  });

  test('do not open under another key, and two keys have two fingerprints', () => {
    fc.assert(
      fc.property(keys, keys, names, texts, (one, other, name, text) => {
        fc.pre(Buffer.compare(one, other) !== 0);
        expect(createMasterKey(other).open(name, createMasterKey(one).seal(name, text))).toBeUndefined();
        expect(createMasterKey(other).id).not.toBe(createMasterKey(one).id);
      }),
    );
  });

  test('do not open with the nonce of another write', () => {
    const key = createMasterKey(Buffer.alloc(32, 7));
    const [one, two] = [key.seal('a', 'same'), key.seal('a', 'same')];
    expect(one).not.toEqual(two);
    expect(key.open('a', { nonce: two.nonce, ciphertext: one.ciphertext })).toBeUndefined();
  });
});

test('a nonce has 96 bits and is new with every write', () => {
  const key = createMasterKey(Buffer.alloc(32, 7));
  const nonces = Array.from({ length: 1000 }, () => key.seal('a', 'text').nonce);
  expect(new Set(nonces).size).toBe(1000);
  for (const nonce of nonces) expect(Buffer.from(nonce, 'base64')).toHaveLength(12);
});

test('the fingerprint of a key does not depend on the process, and is no piece of it', () => {
  const bytes = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
  expect(createMasterKey(bytes).id).toMatch(/^[0-9a-f]{16}$/);
  expect(bytes.toString('hex')).not.toContain(createMasterKey(bytes).id);
});
