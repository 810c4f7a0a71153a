import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openAnswer, sealAnswer } from './sealed-answer.ts';

const key = { apiKey: 'sk-tg-secret', idempotencyKey: 'key-1', requestId: 'req_1' };
const answer = {
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': 24 },
  body: Buffer.from('{"text":"Gr\u00fc\u00dfe\\n \u{1f600}"}'),
};

it('comes back as it was, whatever its bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
      const any = { ...answer, body: Buffer.from(bytes) };
      expect(await openAnswer(await sealAnswer(any, key), key)).toEqual(any);
    }),
    { numRuns: 50 },
  );
});

it('opens with nothing but the three that it was sealed with', async () => {
  const sealed = await sealAnswer(answer, key);
  expect(await openAnswer(sealed, key)).toEqual(answer);
  for (const other of [{ apiKey: 'sk-tg-other' }, { idempotencyKey: 'key-2' }, { requestId: 'req_2' }]) {
    expect(await openAnswer(sealed, { ...key, ...other })).toBeUndefined();
  }
});

it('does not open when a bit was changed, or a part is missing', async () => {
  const sealed = Buffer.from(await sealAnswer(answer, key), 'base64');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await openAnswer(changed.toString('base64'), key)).toBeUndefined();
  }
  for (const length of [0, 12, 27, sealed.length - 1]) {
    expect(await openAnswer(sealed.subarray(0, length).toString('base64'), key)).toBeUndefined();
  }
});

it('has nothing of the answer in it', async () => {
  const sealed = await sealAnswer({ ...answer, body: Buffer.from('secret '.repeat(100)) }, key);
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('secret');
  // Compressed before it is encrypted.
  expect(sealed.length).toBeLessThan(400);
});
