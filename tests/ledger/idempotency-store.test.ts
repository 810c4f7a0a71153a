// What the store promises of idempotency keys, on every database: one request gets a key, whatever the others do at the same
// time; a key goes with its hold or not at all; what is kept comes back.
import { describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../src/core/idempotency.ts';
import { LimitExceeded } from '../../src/core/limits.ts';
import { databases, stopPostgresAfterAll } from './databases.ts';
import { holdEntry, keyId, manualClock, settlement, worth } from './fixtures.ts';

stopPostgresAfterAll();

const startedAt = 1_700_000_000_000;
const day = 86_400_000;

function claiming(id: string, keyHash = 'key-1', bodyHash = 'body-1', at = startedAt) {
  const claim = { keyHash, bodyHash, expiresAt: at + day };
  return holdEntry(id, { claim, startedAt: at });
}

for (const kind of databases) {
  describe.skipIf(kind.missing)(`idempotency keys on ${kind.name}`, { timeout: 60_000 }, () => {
    it('go to one of many requests that come at once', async () => {
      const { store } = await (await kind.create()).open();
      const holds = Array.from({ length: 50 }, (_, index) =>
        store.ledgerWriter.hold(claiming(`req_${index}`, 'key-1', `body-${index}`)),
      );
      const outcomes = await Promise.allSettled(holds);
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refusals).toHaveLength(49);
      const { items } = await store.ledgerReader.rows({ limit: 100 });
      expect(items).toHaveLength(1);
      const winner = items[0]?.id ?? '';
      for (const { reason } of refusals) {
        expect(reason).toBeInstanceOf(IdempotencyConflict);
        expect(reason.holder).toEqual({ requestId: winner, bodyHash: winner.replace('req_', 'body-') });
      }
    });

    it('are each API key’s own', async () => {
      const { store } = await (await kind.create()).open();
      await store.keyWriter.addKey(
        { id: 'key_other', name: 'other', hash: 'other', preview: 'sk-tg-xx***yyyy', createdAt: 1 },
        { id: 'proj_test', name: 'default', createdAt: 1 },
      );
      await store.ledgerWriter.hold(claiming('req_1'));
      await store.ledgerWriter.hold({ ...claiming('req_2'), keyId: 'key_other' });
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toMatchObject({
        requestId: 'req_1',
      });
      expect(await store.idempotency.findClaim('key_other', 'key-1', startedAt)).toMatchObject({
        requestId: 'req_2',
      });
    });

    it('are not taken by a request that a limit refuses', async () => {
      const database = await kind.create();
      const { store } = await database.open();
      await database.sql(
        `insert into limits (id, scope, metric, period, amount, time_zone, source, created_at, updated_at) values ('lim_1', '{"key":"*"}', 'cost', 'lifetime', 100, 'UTC', 'admin', 1, 1)`,
      );
      await database.sql(`update generations set value = value + 1 where name = 'limits'`);
      const dear = { ...claiming('req_1'), worst: worth(1_000n) };
      await expect(store.ledgerWriter.hold(dear)).rejects.toBeInstanceOf(LimitExceeded);
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toBeUndefined();
      await store.ledgerWriter.hold({ ...claiming('req_2', 'key-1', 'body-2'), worst: worth(10n) });
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toMatchObject({
        requestId: 'req_2',
      });
    });

    it('say nothing to a key that was revoked', async () => {
      const { store } = await (await kind.create()).open();
      await store.ledgerWriter.hold(claiming('req_1'));
      await store.keyWriter.revokeKey(keyId, startedAt);
      await expect(store.ledgerWriter.hold(claiming('req_2'))).rejects.toMatchObject({
        code: 'invalid_api_key',
      });
    });

    it('are free again when their request reached no model', async () => {
      const { store } = await (await kind.create()).open();
      await store.ledgerWriter.hold(claiming('req_1'));
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toEqual({
        requestId: 'req_1',
        bodyHash: 'body-1',
        state: 'running',
      });
      await store.ledgerWriter.settle(settlement('req_1', { state: 'released', cost: 0n, usage: undefined }));
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toMatchObject({ state: 'free' });
      await store.ledgerWriter.hold(claiming('req_2', 'key-1', 'body-2'));
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toEqual({
        requestId: 'req_2',
        bodyHash: 'body-2',
        state: 'running',
      });
      await store.ledgerWriter.settle(settlement('req_2'));
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toMatchObject({
        state: 'unanswered',
      });
      await expect(store.ledgerWriter.hold(claiming('req_3'))).rejects.toBeInstanceOf(IdempotencyConflict);
    });

    it('are free for who asks in the transaction that releases them', async () => {
      const { store } = await (await kind.create()).open();
      await store.ledgerWriter.hold(claiming('req_1'));
      // Both are handed in before the writer takes its next batch.
      const released = store.ledgerWriter.settle(
        settlement('req_1', { state: 'released', cost: 0n, usage: undefined }),
      );
      await store.ledgerWriter.hold(claiming('req_2', 'key-1', 'body-2'));
      await released;
      expect(await store.idempotency.findClaim(keyId, 'key-1', startedAt)).toEqual({
        requestId: 'req_2',
        bodyHash: 'body-2',
        state: 'running',
      });
    });

    it('keep their answers over a restart, and say which was too large', async () => {
      const database = await kind.create();
      const first = await database.open();
      for (const [id, key] of [
        ['req_1', 'key-1'],
        ['req_2', 'key-2'],
        ['req_3', 'key-3'],
      ] as const) {
        await first.store.ledgerWriter.hold(claiming(id, key));
      }
      const answer = 'x'.repeat(4_000_000);
      await first.store.idempotency.keepAnswer('req_1', answer);
      await first.store.idempotency.keepAnswer('req_2', undefined);
      await first.store[Symbol.asyncDispose]();

      const { store } = await database.open();
      const found = async (key: string) => store.idempotency.findClaim(keyId, key, startedAt);
      expect(await found('key-1')).toEqual({
        requestId: 'req_1',
        bodyHash: 'body-1',
        state: 'kept',
        answer,
      });
      expect(await found('key-2')).toMatchObject({ state: 'too-large' });
      // The run that held it is over, and nobody knows whether a model got it.
      expect(await found('key-3')).toMatchObject({ state: 'unanswered' });
    });

    it('end when they expire, and are deleted a few at a time', async () => {
      const clock = manualClock(startedAt);
      const { store } = await (await kind.create()).open(clock);
      for (let index = 0; index < 5; index++)
        await store.ledgerWriter.hold(claiming(`req_${index}`, `key-${index}`));
      const later = startedAt + day;
      expect(await store.idempotency.findClaim(keyId, 'key-0', later - 1)).toBeDefined();
      expect(await store.idempotency.findClaim(keyId, 'key-0', later)).toBeUndefined();
      await store.ledgerWriter.hold(claiming('req_9', 'key-0', 'body-9', later));
      expect(await store.idempotency.findClaim(keyId, 'key-0', later)).toMatchObject({ requestId: 'req_9' });
      expect(await store.idempotency.deleteExpired(later, 3)).toBe(3);
      expect(await store.idempotency.deleteExpired(later, 3)).toBe(1);
      expect(await store.idempotency.deleteExpired(later, 3)).toBe(0);
      expect(await store.idempotency.findClaim(keyId, 'key-0', later)).toMatchObject({ requestId: 'req_9' });
    });
  });
}
