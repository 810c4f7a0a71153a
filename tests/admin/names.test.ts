// What may be a name: whatever people write, and nothing that moves a terminal, hides, or that a database cannot store.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin[Symbol.asyncDispose]());

test.each(['Łódź 東京 مرحبا', '💥'.repeat(100), '👩‍👩‍👧', "'); drop table api_keys; --", ' a ', 'x'])(
  '%j is one',
  async (name) => {
    expect(await admin.call('POST', '/keys', { name })).toMatchObject({ status: 201, body: { name } });
  },
);

const forbidden = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xd800, 0xdfff],
];

test('no character that is not written is part of one, wherever it stands', async () => {
  for (const code of forbidden) {
    const character = String.fromCharCode(code);
    for (const name of [character, `a${character}b`, `${character}b`, `a${character}`]) {
      const { status, body } = await admin.call('POST', '/projects', { name });
      expect([JSON.stringify(name), status, body.error?.param]).toEqual([JSON.stringify(name), 400, 'name']);
      // A sentence, not a pattern.
      expect(body.error.message).not.toMatch(/pattern|\\u/);
    }
  }
}, 60_000);
