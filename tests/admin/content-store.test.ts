// The table of what was said on every database: written once, read and deleted with an entry of the audit log or not at all, and gone
// when its time is over.
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/core/audit.ts';
import type { SealedContent } from '../../src/core/content.ts';
import { databases, stopPostgresAfterAll } from '../ledger/databases.ts';

stopPostgresAfterAll();

const contentOf = (requestId: string, createdAt: number, ciphertext = 'c2VhbGVk'): SealedContent => ({
  requestId,
  keyId: 'key_test',
  createdAt,
  promptBytes: 10_000_000_000,
  answerBytes: 2,
  secretKey: 'fingerprint',
  nonce: 'bm9uY2U=',
  ciphertext,
});
let entries = 0;
const note = (action: string, targetId: string): AuditEntry => ({
  id: `aud_${String(++entries).padStart(6, '0')}`,
  at: entries,
  actor: 'test',
  action,
  targetKind: 'content',
  targetId,
});

describe.each(databases)('on $name', ({ create, missing }) => {
  const test = it.skipIf(missing !== undefined);

  test('is written once, and read and removed with its audit entry', async () => {
    const { store } = await (await create()).open();
    const { content } = store;
    await content.put([]);
    await content.put([contentOf('req_1', 1), contentOf('req_2', 2, 'x'.repeat(3_000_000))]);
    await content.put([contentOf('req_1', 9, 'later'), contentOf('req_3', 3)]);
    expect(await content.has('req_1')).toBe(true);
    expect(await content.has('req_9')).toBe(false);
    expect(await content.read('req_1', note('content.read', 'req_1'))).toEqual(contentOf('req_1', 1));
    expect((await content.read('req_2', note('content.read', 'req_2')))?.ciphertext).toHaveLength(3_000_000);
    expect(await content.read('req_9', note('content.read', 'req_9'))).toBeUndefined();
    expect(await content.remove('req_1', note('content.delete', 'req_1'))).toBe(true);
    expect(await content.remove('req_1', note('content.delete', 'req_1'))).toBe(false);
    const { items } = await store.admin.auditReader.entries({ actor: 'test' }, { limit: 20 });
    expect(items.map(({ action, targetId }) => `${action} ${targetId}`)).toEqual([
      'content.delete req_1',
      'content.read req_2',
      'content.read req_1',
    ]);
  });

  test('leaves when its time is over, the oldest first and a few at a time', async () => {
    const { store } = await (await create()).open();
    const { content } = store;
    await content.put(Array.from({ length: 9 }, (_, index) => contentOf(`req_${index}`, 100 - index)));
    expect(await content.deleteBefore(97, 3)).toBe(3);
    expect(await content.has('req_8')).toBe(false);
    expect(await content.has('req_5')).toBe(true);
    expect(await content.deleteBefore(97, 3)).toBe(2);
    expect(await content.deleteBefore(97, 3)).toBe(0);
    expect(await content.has('req_3')).toBe(true);
  });
});
