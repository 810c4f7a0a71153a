import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateApiKey, hashApiKey, isApiKey, maskApiKey, mayBeApiKey } from './api-key.ts';

const base62 = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const apiKey = fc
  .array(base62, { minLength: 40, maxLength: 40 })
  .map((characters) => generateApiKey(() => characters.join('')));

describe('API key form', () => {
  it('is sk-tg-, 40 base62 characters and 6 of checksum', () => {
    expect(generateApiKey()).toMatch(/^sk-tg-[0-9A-Za-z]{46}$/);
    expect(generateApiKey()).not.toBe(generateApiKey());
  });

  it('has a checksum that stays what it is: keys that are out there must go on working', () => {
    expect(generateApiKey(() => '0'.repeat(40))).toBe(`sk-tg-${'0'.repeat(40)}3SFVwl`);
  });

  it('accepts every key it makes', () => {
    fc.assert(fc.property(apiKey, (key) => isApiKey(key) && mayBeApiKey(key)));
  });

  it('refuses every key with one wrong character', () => {
    fc.assert(
      fc.property(apiKey, fc.integer({ min: 6, max: 51 }), base62, (key, index, character) => {
        fc.pre(key[index] !== character);
        return !mayBeApiKey(key.slice(0, index) + character + key.slice(index + 1));
      }),
    );
  });

  it('refuses every key with two neighbours exchanged', () => {
    fc.assert(
      fc.property(apiKey, fc.integer({ min: 6, max: 50 }), (key, index) => {
        const [left = '', right = ''] = key.slice(index, index + 2);
        fc.pre(left !== right);
        return !mayBeApiKey(key.slice(0, index) + right + left + key.slice(index + 2));
      }),
    );
  });

  it('lets a preset key through to the lookup, but nothing short, spaced or unprintable', () => {
    expect(mayBeApiKey('my-own-preset-key')).toBe(true);
    expect(mayBeApiKey('sk-tg-of-my-own-making')).toBe(true);
    expect(mayBeApiKey('fifteen-chars-x')).toBe(false);
    expect(mayBeApiKey('a key with spaces in it')).toBe(false);
    expect(mayBeApiKey('a-key-with-ünicode-in')).toBe(false);
    expect(mayBeApiKey('x'.repeat(513))).toBe(false);
  });

  it('is stored as SHA-256 in hex', () => {
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('masking', () => {
  it('shows two random characters at the front and four at the end of our own keys', () => {
    expect(maskApiKey(generateApiKey(() => `ab${'0'.repeat(38)}`))).toMatch(/^sk-tg-ab\*\*\*[0-9A-Za-z]{4}$/);
  });

  it('shows nothing of short texts', () => {
    fc.assert(fc.property(fc.string({ maxLength: 15 }), (text) => maskApiKey(text) === '***'));
  });

  it('shows at most four characters at either end, and a quarter in all, of anything else', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 16, maxLength: 200, unit: 'binary' }), (text) => {
        const [front = '', end = '', ...rest] = maskApiKey(text).split('***');
        fc.pre(!text.includes('***'));
        return (
          rest.length === 0 &&
          Math.max(front.length, end.length) <= 4 &&
          front.length + end.length <= text.length / 4
        );
      }),
    );
  });

  it('never puts control characters into a message or a log', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) =>
        /^[\x21-\x7e]*$/.test(maskApiKey(text)),
      ),
    );
  });
});
