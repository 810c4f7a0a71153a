// Which price a request is charged, and that it can be looked up for ever: prices of the file, of administrators and of the
// list that came with the gateway; services; prices that change while requests are under way.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAuditSource, priceFacts } from '../../src/accounts/audit-facts.ts';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { createPriceBook } from '../../src/accounts/prices.ts';
import { createIdSource, systemClock } from '../../src/core/clock.ts';
import type { PublicModel, RouteReader } from '../../src/core/ports.ts';
import { type PriceTerms, parseTerms, versionedPrice, writeTerms } from '../../src/core/price-terms.ts';
import type { PriceRecord } from '../../src/core/prices.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { readEvents } from '../support/read-events.ts';
import {
  completion,
  done,
  finish,
  polite,
  roleChunk,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { configOf, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { databases, stopPostgresAfterAll } from './databases.ts';
import { manualClock } from './fixtures.ts';

stopPostgresAfterAll();

const ask = (more: object = {}) => ({
  model: 'test-model',
  messages: [{ role: 'user', content: 'Hello there' }],
  ...more,
});

function record(
  terms: PriceTerms,
  validFrom: number,
  model = 'm',
  source: PriceRecord['source'] = 'admin',
): PriceRecord {
  const price = versionedPrice(terms, model, source);
  return { version: price.version, model, terms: writeTerms(price), source, validFrom, createdAt: validFrom };
}

const audit = createAuditSource('test', systemClock, createIdSource('aud_', systemClock));
const set = (price: PriceRecord) => audit('price.set', price.version, { after: priceFacts(price) });
const withdrawal = (price: PriceRecord) =>
  audit('price.withdraw', price.version, { before: priceFacts(price) });

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    test('a version is kept once, with the terms it had first', async () => {
      const { store } = await (await kind.create()).open();
      const first = record({ input: 1, output: 2 }, 5, 'm', 'config');
      await store.prices.record([first, record({ input: 3, output: 4 }, 5, 'm', 'seed')]);
      await store.prices.record([{ ...first, terms: '{}', createdAt: 99 }]);
      expect(await store.prices.price(first.version)).toEqual(first);
      expect(await store.prices.price('nobody@000000000000')).toBeUndefined();
      expect(await store.prices.administered()).toEqual([]);
    });

    test('an administrator may set a price, withdraw it and set it again; every change is told', async () => {
      const database = await kind.create();
      const { store } = await database.open();
      const generation = async () =>
        Number((await database.sql(`select value from generations where name = 'prices'`))[0]?.value);
      const price = record({ input: 1, output: 2 }, 5);
      const before = await generation();
      expect(await store.prices.set(price, set(price))).toBe(true);
      expect(await store.prices.set(price, set(price))).toBe(false);
      expect(await store.prices.administered()).toEqual([price]);
      expect(await store.prices.withdraw(price.version, 7, withdrawal(price))).toBe(true);
      expect(await store.prices.withdraw(price.version, 8, withdrawal(price))).toBe(false);
      expect(await store.prices.administered()).toEqual([]);
      // Rows that were charged it still find it.
      expect(await store.prices.price(price.version)).toEqual({ ...price, withdrawnAt: 7 });
      expect(await store.prices.set({ ...price, validFrom: 9 }, set(price))).toBe(true);
      expect(await store.prices.administered()).toEqual([{ ...price, validFrom: 9 }]);
      expect(await generation()).toBeGreaterThanOrEqual(before + 3);
      // What changed nothing left no entry.
      const { items } = await store.admin.auditReader.entries({ targetId: price.version }, { limit: 10 });
      expect(items.map(({ action }) => action)).toEqual(['price.set', 'price.withdraw', 'price.set']);
    });

    test('of the prices there are, the file wins, then the newest of an administrator that is valid', async () => {
      const { store } = await (await kind.create()).open();
      const clock = manualClock(1_000);
      const model = (name: string, from?: 'config') =>
        ({
          name,
          price: versionedPrice({ input: 9, output: 9 }, name, 'seed-1'),
          priceFrom: from,
        }) as unknown as PublicModel;
      const models = [
        model('m'),
        model('fixed', 'config'),
        { name: 'unpriced', price: undefined } as unknown as PublicModel,
      ];
      const routes: RouteReader = {
        model: (name) => models.find((each) => each.name === name),
        models: () => models,
      };
      const book = createPriceBook(routes, store.prices, clock);
      await book.keep(models);
      await book.refresh();
      expect(book.routes.model('m')).toBe(models[0]);
      for (const name of ['m', 'fixed', 'unpriced']) {
        for (const price of [
          record({ input: 1, output: 1 }, 500, name),
          record({ input: 2, output: 2 }, 2_000, name),
        ])
          await store.prices.set(price, set(price));
      }
      await book.refresh();
      const inputs = () => book.routes.models().map(({ price }) => price?.input);
      expect(inputs()).toEqual([1_000_000_000n, 9_000_000_000n, 1_000_000_000n]);
      expect(book.routes.model('m')).toBe(book.routes.model('m'));
      clock.advance(1_000);
      expect(inputs()).toEqual([2_000_000_000n, 9_000_000_000n, 2_000_000_000n]);
      expect(book.routes.model('nobody')).toBeUndefined();
      const kept = await store.prices.price(models[1]?.price?.version ?? '');
      expect(kept).toMatchObject({ model: 'fixed', source: 'config' });
    });
  });
}

async function verified(gateway: TestGateway) {
  const place = { dataFolder: join(gateway.folder, 'data'), databaseUrl: undefined };
  await using snapshot = await openLedgerSnapshot(place, { clock: systemClock });
  return await verifyLedger(snapshot);
}

describe('a gateway', () => {
  test('charges what the service that answered costs, and can prove it', async () => {
    await using upstream = await startUpstream(polite);
    const price = { input: 1, output: 2, services: { flex: 0.5, priority: { input: 3, output: 6 } } };
    await using gateway = await startGateway({ upstreams: [upstream.url], model: { price } });
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    const tier = (service_tier: unknown) => whole(completion({ usage, service_tier }));
    const answered: [string | undefined, unknown, bigint][] = [
      [undefined, 'default', 120_000n],
      ['flex', 'flex', 60_000n],
      ['priority', 'priority', 360_000n],
      // It was asked for, but the upstream had none left.
      ['priority', 'default', 120_000n],
      ['flex', undefined, 60_000n],
    ];
    for (const [asked, reported, cost] of answered) {
      upstream.next(tier(reported));
      const answer = await gateway.chat(ask(asked === undefined ? {} : { service_tier: asked }));
      expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
      expect((await gateway.row()).cost).toBe(cost);
    }
    expect(await verified(gateway)).toMatchObject({ rows: 5, wrong: 0, unpriced: 0 });
  });

  test('a price that changes while a request is under way: the row keeps that of its hold', async () => {
    await using upstream = await startUpstream(polite);
    await using gateway = await startGateway({ upstreams: [upstream.url] });
    const rest = Promise.withResolvers<void>();
    upstream.next(stream([roleChunk, text('a'), rest.promise, text('b'), finish(), usageChunk(), done]));
    const response = await gateway.chat(ask({ stream: true }));
    await gateway.configure(
      configOf({ upstreams: [upstream.url], model: { price: { input: 10, output: 20 } } }),
    );
    expect((await gateway.chat(ask())).status).toBe(200);
    rest.resolve();
    await readEvents(response);
    const [newer, older] = await gateway.ledger();
    expect(older?.priceVersion).not.toBe(newer?.priceVersion);
    const { prices } = gateway.gateway.store;
    const inputOf = async (version: string | undefined) => {
      const kept = await prices.price(version ?? '');
      return kept && parseTerms(kept.terms, kept.version).input;
    };
    expect([await inputOf(older?.priceVersion), await inputOf(newer?.priceVersion)]).toEqual([
      1_000_000_000n,
      10_000_000_000n,
    ]);
    expect(await verified(gateway)).toMatchObject({ rows: 2, wrong: 0, unpriced: 0 });
  });

  test('a price set while it runs is in force soon, also for a model that had none', {
    timeout: 60_000,
  }, async () => {
    await using upstream = await startUpstream(polite);
    await using gateway = await startGateway({ upstreams: [upstream.url] });
    const request = { ...ask(), model: 'unpriced-model' };
    const refused = await gateway.chat(request);
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('no price')]);
    const price = record({ input: 5, output: 5 }, Date.now() - 1, 'unpriced-model');
    await gateway.gateway.store.prices.set(price, set(price));
    for (;;) {
      const answer = await gateway.chat(request);
      await answer.text();
      if (answer.status === 200) break;
      expect(answer.status).toBe(503);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await gateway.row()).priceVersion).toBe(price.version);
    expect(await verified(gateway)).toMatchObject({ wrong: 0, unpriced: 0 });
  });
});
