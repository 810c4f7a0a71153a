// What a store promises, on every database it can be: rows keep every field, batches spoil nothing, keys are looked at when
// money is held, runs that end are closed, listings have no gaps.
import { describe, expect, it } from 'vitest';
import { databases, stopPostgresAfterAll } from './databases.ts';
import { holdEntry, settlement, worth } from './fixtures.ts';

stopPostgresAfterAll();

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    describe('hold and settle', () => {
      it('keep every field, with money beyond what a double can hold', async () => {
        const { store } = await (await kind.create()).open();
        const hold = 2n ** 62n + 1n;
        const held = await store.ledgerWriter.hold(
          holdEntry('a', { worst: worth(hold, 123), stream: true, endUser: 'user-1' }),
        );
        expect(held).toEqual({ reserved: { outputCap: 0, cost: hold, tokens: 123 }, standings: [] });
        expect(await store.ledgerReader.row('a')).toMatchObject({
          id: 'a',
          state: 'held',
          keyId: 'key_test',
          projectId: 'proj_test',
          model: 'gpt-5.1',
          provider: 'openai',
          upstreamModel: 'gpt-5.1-2025-11-13',
          priceVersion: 'test-1',
          hold,
          stream: true,
          partial: false,
          recovered: false,
          startedAt: 1_700_000_000_000,
          nodeEpoch: 1,
        });
        const attempts = [
          {
            provider: 'openai',
            upstreamModel: 'gpt-5.1',
            status: 500,
            error: 'upstream_error',
            durationMs: 3,
          },
          { provider: 'local', upstreamModel: 'tiny', status: 200, durationMs: 4 },
        ];
        const usage = { input: 10, output: 20, cachedInput: 4, cacheWrite: 2, reasoning: 8, audioInput: 1 };
        await store.ledgerWriter.settle(
          settlement('a', {
            provider: 'local',
            upstreamModel: 'tiny',
            usage,
            attempts,
            cost: hold,
            partial: true,
            error: 'client_aborted',
          }),
        );
        expect(await store.ledgerReader.row('a')).toMatchObject({
          state: 'settled',
          provider: 'local',
          upstreamModel: 'tiny',
          usage,
          usageSource: 'reported',
          attempts,
          cost: hold,
          partial: true,
          recovered: false,
          error: 'client_aborted',
          firstTokenMs: 2,
          durationMs: 5,
        });
      });

      it('charge no more than was held, and note the rest', async () => {
        const database = await kind.create();
        const { store } = await database.open();
        await store.ledgerWriter.hold(holdEntry('a', { worst: worth(1_000n, 25) }));
        await store.ledgerWriter.settle(settlement('a', { cost: 1_500n, usage: { input: 20, output: 20 } }));
        expect(await store.ledgerReader.row('a')).toMatchObject({ cost: 1_000n });
        const [row] = await database.sql('select uncharged_nanousd as uncharged from requests');
        expect(Number(row?.uncharged)).toBe(500);
        const [hour] = await database.sql(
          'select requests, charged_tokens as tokens, cost_nanousd as cost, input_tokens as input from usage_hours',
        );
        expect([hour?.requests, hour?.tokens, hour?.cost, hour?.input].map(Number)).toEqual([
          1, 25, 1_000, 20,
        ]);
      });

      it('leave unknown usage absent, and make no JSON of one good attempt', async () => {
        const { store } = await (await kind.create()).open();
        await store.ledgerWriter.hold(holdEntry('a'));
        await store.ledgerWriter.settle(
          settlement('a', { state: 'released', usage: undefined, usageSource: undefined, cost: 0n }),
        );
        const row = await store.ledgerReader.row('a');
        expect(row).toMatchObject({ state: 'released', cost: 0n });
        expect(row).not.toHaveProperty('usage');
        expect(row?.attempts).toBe(undefined);
      });

      it('write a request whose counts are odd, or whose names are, rather than losing it', async () => {
        const { store, problems } = await (await kind.create()).open();
        await store.ledgerWriter.hold(holdEntry('a', { endUser: 'nul\0 \ud800 "quoted" {1,2} \\ NULL' }));
        await store.ledgerWriter.settle(
          settlement('a', {
            usage: { input: Number.NaN, output: 2.4 },
            durationMs: 1.5,
            firstTokenMs: Number.POSITIVE_INFINITY,
            error: 'two\nlines, "quotes" and \\ {braces}',
          }),
        );
        expect(await store.ledgerReader.row('a')).toMatchObject({
          state: 'settled',
          cost: 300n,
          durationMs: 2,
          error: 'two\nlines, "quotes" and \\ {braces}',
        });
        expect(problems).toEqual([]);
      });

      it('let one bad item of a batch fail alone', async () => {
        const { store, problems } = await (await kind.create()).open();
        await store.ledgerWriter.hold(holdEntry('before'));
        const settled = store.ledgerWriter.settle(settlement('before'));
        const lost = store.ledgerWriter.settle(settlement('nobody', { cost: 2n ** 70n }));
        const results = await Promise.allSettled([
          store.ledgerWriter.hold(holdEntry('first')),
          store.ledgerWriter.hold(holdEntry('a')),
          store.ledgerWriter.hold(holdEntry('a')),
          store.ledgerWriter.hold(holdEntry('no-key', { keyId: 'key_none' })),
          store.ledgerWriter.hold(holdEntry('b')),
        ]);
        expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, false, true]);
        await Promise.all([settled, lost]);
        const { items } = await store.ledgerReader.rows({ limit: 10 });
        expect(items.map(({ id, state }) => `${id} ${state}`)).toEqual([
          'first held',
          'before settled',
          'b held',
          'a held',
        ]);
        expect(problems).toEqual([expect.objectContaining({ id: 'nobody' })]);
      });

      it('settle once: the second changes nothing, and an unknown id is reported, not thrown', async () => {
        const { store, problems } = await (await kind.create()).open();
        await store.ledgerWriter.hold(holdEntry('a'));
        await Promise.all([
          store.ledgerWriter.settle(settlement('a')),
          store.ledgerWriter.settle(settlement('a', { cost: 5n })),
        ]);
        await store.ledgerWriter.settle(settlement('a', { cost: 999n, state: 'released' }));
        expect(await store.ledgerReader.row('a')).toMatchObject({ state: 'settled', cost: 300n });
        expect(problems).toEqual([]);
        await store.ledgerWriter.settle(settlement('nobody'));
        expect(problems).toEqual([{ kind: 'settle-unknown-id', id: 'nobody' }]);
      });
    });

    describe('the key at the moment of the hold', () => {
      it.each([
        ['revoked', "status = 'revoked'", 'invalid_api_key', 'sk-tg-ab***wxyz'],
        ['disabled', "status = 'disabled'", 'key_disabled', 'disabled'],
        ['expired', 'expires_at = 1700000000000', 'key_expired', 'expired on 2023-11-14'],
      ])('that is %s forbids it', async (_, assignment, code, text) => {
        const database = await kind.create();
        const { store } = await database.open();
        await store.ledgerWriter.hold(holdEntry('before'));
        await database.sql(`update api_keys set ${assignment}`);
        await expect(store.ledgerWriter.hold(holdEntry('after'))).rejects.toMatchObject({
          code,
          message: expect.stringContaining(text),
        });
        expect(await store.ledgerReader.row('after')).toBe(undefined);
        // What was held before is settled all the same.
        await store.ledgerWriter.settle(settlement('before'));
        expect(await store.ledgerReader.row('before')).toMatchObject({ state: 'settled' });
      });
    });

    describe('the start of a gateway', () => {
      it('has an epoch of its own, and leaves closed what is closed', async () => {
        const database = await kind.create();
        const first = await database.open();
        await first.store.ledgerWriter.hold(holdEntry('a'));
        await first.store.ledgerWriter.settle(settlement('a'));
        await first.store[Symbol.asyncDispose]();
        const second = await database.open();
        expect(second.store).toMatchObject({ epoch: 2, recovered: 0 });
        expect(await second.store.ledgerReader.row('a')).toMatchObject({ recovered: false, cost: 300n });
        expect(await second.store.integrity()).toEqual([]);
      });

      it('makes one first key when several tools start on an empty database together', async () => {
        const database = await kind.create();
        const tools = await Promise.all([1, 2, 3].map(() => database.tool()));
        const project = { id: 'proj_test', name: 'default', createdAt: 1 };
        const made = await Promise.all(
          tools.map(({ keyWriter }, index) =>
            keyWriter.addFirstKey(
              {
                id: `key_${index}`,
                name: 'first',
                hash: String(index),
                preview: 'sk-tg-aa***zzzz',
                createdAt: 1,
              },
              project,
              firstKeyEntry(`key_${index}`),
            ),
          ),
        );
        const [first, ...others] = made.filter((key) => key !== undefined);
        const entries = await tools[0]?.admin.auditReader.entries({}, { limit: 10 });
        await Promise.all(tools.map((tool) => tool[Symbol.asyncDispose]()));
        expect(others).toEqual([]);
        // Who made none left no entry.
        expect(entries?.items).toEqual([firstKeyEntry(first?.id ?? '')]);
      });
    });

    describe('listing', () => {
      it('pages through the ledger, newest first, without gaps or repeats', async () => {
        const { store } = await (await kind.create()).open();
        // Ids differ in case and signs: they sort byte by byte, whatever the collation of the database.
        const ids = Array.from(
          { length: 25 },
          (_, index) => `r${String(index).padStart(3, '0')}${'Aa_-Zz'[index % 6]}`,
        );
        await Promise.all(ids.map((id) => store.ledgerWriter.hold(holdEntry(id))));
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.ledgerReader.rows({
            limit: 10,
            ...(cursor === undefined ? {} : { cursor }),
          });
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(seen).toEqual(ids.toReversed());
      });

      it('answers SQL that looks like input as input', async () => {
        const { store } = await (await kind.create()).open();
        expect(await store.ledgerReader.row("' or 1=1 --")).toBe(undefined);
        expect(await store.keyReader.keysMatching("' or 1=1 --")).toEqual([]);
      });
    });
  });
}

function firstKeyEntry(id: string) {
  const after = { id, name: 'first' };
  return {
    id: `aud_${id}`,
    at: 1,
    actor: 'bootstrap',
    action: 'key.create',
    targetKind: 'key',
    targetId: id,
    after,
  };
}
