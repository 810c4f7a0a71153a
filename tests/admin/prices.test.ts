// Prices set while gateways run: who wins, from when on, who hears of it, and that what was charged stays as it was.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { postgresServer, stopPostgresAfterAll } from '../ledger/databases.ts';
import { noPostgres } from '../support/postgres.ts';
import { readEvents } from '../support/read-events.ts';
import {
  done,
  finish,
  type Json,
  roleChunk,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask, configOf } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

stopPostgresAfterAll();

const open = 'unpriced-model';
const terms = { input: 5, output: '10.50' };

const statusOf = async (admin: AdminStand, members: Json = {}) => {
  const answer = await admin.gateway.chat(ask({ model: open, ...members }));
  await answer.text();
  return answer.status;
};

const versionCharged = async (admin: AdminStand) => (await admin.gateway.row()).priceVersion;

async function wrongRows(admin: AdminStand, databaseUrl: string | undefined) {
  await admin.gateway.ledger();
  const place = {
    dataFolder: join(admin.gateway.folder, 'data'),
    databaseUrl: databaseUrl === undefined ? undefined : { reveal: () => databaseUrl },
  };
  await using snapshot = await openLedgerSnapshot(place, { clock: systemClock });
  const { wrong, unpriced } = await verifyLedger(snapshot);
  return { wrong, unpriced };
}

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  const missing = kind === 'PostgreSQL' && noPostgres !== undefined;
  const urlOf = async () => (kind === 'SQLite' ? undefined : (await postgresServer()).createDatabase());
  const on = (databaseUrl: string | undefined) => (databaseUrl === undefined ? {} : { databaseUrl });

  describe.skipIf(missing)(kind, { timeout: 120_000 }, () => {
    test('a price that is set is in force for the next request, and gone when it is withdrawn', async () => {
      const databaseUrl = await urlOf();
      await using admin = await startAdmin(on(databaseUrl));
      expect(await statusOf(admin)).toBe(503);
      const made = await admin.call('POST', '/prices', { model: open, terms });
      expect(made).toMatchObject({
        status: 201,
        body: {
          version: expect.stringMatching(/^admin-[-\dT:.]+Z@[0-9a-f]{12}$/),
          model: open,
          source: 'admin',
          terms: { input: '5', output: '10.5' },
          in_force: true,
          withdrawn_at: null,
        },
      });
      expect(Math.abs(Date.parse(made.body.valid_from) - Date.now())).toBeLessThan(60_000);
      expect(await statusOf(admin)).toBe(200);
      expect(await versionCharged(admin)).toBe(made.body.version);
      const path = `/prices/${encodeURIComponent(made.body.version)}`;
      expect(await admin.get(path)).toEqual(made.body);
      expect((await admin.get(`/prices?model=${open}`)).data).toEqual([made.body]);

      const gone = await admin.call('DELETE', path);
      expect(gone).toMatchObject({
        status: 200,
        body: { in_force: false, withdrawn_at: expect.any(String) },
      });
      expect(await statusOf(admin)).toBe(503);
      // Twice is once, and rows that were charged it still find it.
      expect(await admin.call('DELETE', path)).toMatchObject({ status: 200, body: gone.body });
      expect(await admin.get(path)).toEqual(gone.body);
      expect((await admin.get('/prices?administered=true')).data).toEqual([]);
      const { data } = await admin.get('/audit?target_kind=price');
      const { version, valid_from } = made.body;
      const facts = { version, model: open, terms: made.body.terms, valid_from };
      expect(data).toMatchObject([
        { actor: 'admin-token', action: 'price.withdraw', target_id: version, before: facts, after: null },
        { actor: 'admin-token', action: 'price.set', target_id: version, before: null, after: facts },
      ]);
      expect(await wrongRows(admin, databaseUrl)).toEqual({ wrong: 0, unpriced: 0 });
    });

    test('one that is valid later waits; what is in force until then stays, also with the same terms', async () => {
      await using admin = await startAdmin(on(await urlOf()));
      const first = await admin.post('/prices', { model: open, terms });
      const soon = new Date(Date.now() + 3_000).toISOString();
      const later = new Date(Date.now() + 3_600_000).toISOString();
      const next = await admin.post('/prices', {
        model: open,
        terms: { input: 1, output: 1 },
        valid_from: soon,
      });
      const back = await admin.post('/prices', { model: open, terms, valid_from: later });
      expect([first.in_force, next.in_force, back.in_force]).toEqual([true, false, false]);
      expect(next.valid_from).toBe(soon);
      expect(back.version).not.toBe(first.version);
      const { data } = await admin.get('/prices?administered=true');
      expect(data.map(({ version }: Json) => version)).toEqual(
        [first, next, back].map(({ version }) => version),
      );
      expect((await admin.get(`/prices?model=${open}`)).data).toMatchObject([{ version: first.version }]);
      await expect
        .poll(
          async () => {
            expect(await statusOf(admin)).toBe(200);
            return versionCharged(admin);
          },
          { timeout: 60_000, interval: 100 },
        )
        .toBe(next.version);
      await admin.call('DELETE', `/prices/${next.version}`);
      expect(await statusOf(admin)).toBe(200);
      expect(await versionCharged(admin)).toBe(first.version);
    });

    test('a request under way keeps the price it began with', async () => {
      const databaseUrl = await urlOf();
      await using admin = await startAdmin(on(databaseUrl));
      const first = await admin.post('/prices', { model: open, terms });
      const rest = Promise.withResolvers<void>();
      admin.upstream.next(
        stream([roleChunk, text('a'), rest.promise, text('b'), finish(), usageChunk(), done]),
      );
      const response = await admin.gateway.chat(ask({ model: open, stream: true }));
      const second = await admin.post('/prices', { model: open, terms: { input: 90, output: 90 } });
      await admin.call('DELETE', `/prices/${first.version}`);
      expect(await statusOf(admin)).toBe(200);
      rest.resolve();
      await readEvents(response);
      const rows = await admin.gateway.ledger();
      expect(rows.map(({ priceVersion }) => priceVersion)).toEqual([second.version, first.version]);
      expect(await wrongRows(admin, databaseUrl)).toEqual({ wrong: 0, unpriced: 0 });
    });
  });
}

test.skipIf(noPostgres !== undefined)(
  'another node takes it over by itself',
  { timeout: 120_000 },
  async () => {
    const databaseUrl = await (await postgresServer()).createDatabase();
    await using admin = await startAdmin({ databaseUrl });
    await using other = await startAdmin({ databaseUrl });
    const { key } = await admin.post('/keys', { name: 'both' });
    const status = async () => {
      const answer = await other.gateway.chat(ask({ model: open }), { key });
      await answer.text();
      return answer.status;
    };
    expect(await status()).toBe(503);
    const { version } = await admin.post('/prices', { model: open, terms });
    await expect.poll(status, { timeout: 60_000 }).toBe(200);
    await admin.call('DELETE', `/prices/${version}`);
    await expect.poll(status, { timeout: 60_000 }).toBe(503);
  },
);

describe('refused', { timeout: 60_000 }, () => {
  test('is what the file states, and what is no price', async () => {
    await using admin = await startAdmin();
    const refusal = async (body: Json) => {
      const { status, body: answer } = await admin.call('POST', '/prices', body);
      return { status, ...answer.error };
    };
    for (const model of ['test-model', 'free-model']) {
      expect(await refusal({ model, terms })).toMatchObject({
        status: 409,
        code: 'conflict',
        message: expect.stringContaining('tollgate.yaml states the price'),
      });
    }
    const cases: [Json, string, string?][] = [
      [{ model: 'nobody', terms }, 'model', 'there is no model `nobody`'],
      [{ terms }, 'model'],
      [{ model: open }, 'terms'],
      [{ model: open, terms: 'gratis' }, 'terms', '"free"'],
      [{ model: open, terms: { input: 1 } }, 'terms.output'],
      [{ model: open, terms: { ...terms, input: -1 } }, 'terms.input', 'USD per million tokens'],
      [{ model: open, terms: { ...terms, output: 'a lot' } }, 'terms.output', 'USD per million tokens'],
      [{ model: open, terms: { ...terms, reasoning: 0.0000000001 } }, 'terms.reasoning', '9 decimal places'],
      [{ model: open, terms: { ...terms, outputs: 1 } }, 'terms.outputs', 'Did you mean'],
      [{ model: open, terms: { ...terms, tiers: [{ above: 9, input: 1 }] } }, 'terms.tiers[0].output'],
      [
        { model: open, terms: { ...terms, tiers: [9, 9].map((above) => ({ above, input: 1, output: 1 })) } },
        'terms',
        'must begin with the lowest',
      ],
      [{ model: open, terms: { ...terms, services: { flex: 1001 } } }, 'terms.services.flex', 'factor'],
      [{ model: open, terms: { ...terms, services: { flex: { input: 1 } } } }, 'terms.services.flex.output'],
      [
        { model: open, terms: { ...terms, services: { flex: { input: 1, output: -1 } } } },
        'terms.services.flex.output',
      ],
      [{ model: open, terms: { ...terms, default_service: 'flex' } }, 'terms', '`default_service`'],
      [{ model: open, terms, valid_from: '2026-01-01' }, 'valid_from', 'lies in the past'],
      [{ model: open, terms, valid_from: 'tomorrow' }, 'valid_from'],
      [{ model: open, terms, validfrom: '2027-01-01' }, 'validfrom', '`valid_from`'],
    ];
    for (const [body, param, message = ''] of cases) {
      expect(await refusal(body)).toMatchObject({
        status: 400,
        param,
        message: expect.stringContaining(message),
      });
    }
    expect((await admin.get('/prices?administered=true')).data).toEqual([]);
    expect((await admin.get('/audit?target_kind=price')).data).toEqual([]);
    expect(await statusOf(admin)).toBe(503);
  });

  test('is to withdraw what was not set here', async () => {
    await using admin = await startAdmin();
    const { data } = await admin.get('/prices');
    for (const { version } of data) {
      expect(await admin.call('DELETE', `/prices/${version}`)).toMatchObject({
        status: 409,
        body: { error: { code: 'conflict' } },
      });
    }
    expect((await admin.call('DELETE', '/prices/admin@000000000000')).status).toBe(404);
  });
});

test('all that a price of the file can say is taken: tiers, services, and `free`', {
  timeout: 60_000,
}, async () => {
  await using admin = await startAdmin();
  const rich = {
    input: 1,
    cached_input: '0.1',
    output: 2,
    tiers: [{ above: 1000, input: 2, output: 4 }],
    services: { flex: 0.5, priority: { input: 3, output: 6 } },
    default_service: 'flex',
  };
  const made = await admin.post('/prices', { model: open, terms: rich, valid_from: null });
  expect(made.terms).toMatchObject({
    tiers: [{ above: 1000, input: '2', output: '4' }],
    services: { flex: { input: '0.5', cached_input: '0.05', tiers: [{ above: 1000, input: '1' }] } },
    default_service: 'flex',
  });
  expect(await statusOf(admin)).toBe(200);
  await admin.post('/prices', { model: open, terms: 'free' });
  expect(await statusOf(admin)).toBe(200);
  expect((await admin.gateway.row()).cost).toBe(0n);
});

test('a file that states a price later wins over it, and gives way again', { timeout: 60_000 }, async () => {
  await using admin = await startAdmin();
  const { version } = await admin.post('/prices', { model: open, terms });
  const config = configOf({ upstreams: [admin.upstream.url] });
  const stated = { ...config.models[open], price: { input: 7, output: 7 } };
  await admin.gateway.configure({ ...config, models: { ...config.models, [open]: stated } });
  expect(await admin.get(`/prices/${version}`)).toMatchObject({ in_force: false, withdrawn_at: null });
  expect(await statusOf(admin)).toBe(200);
  expect(await versionCharged(admin)).toMatch(/^tollgate\.yaml@/);
  // It may still be withdrawn.
  expect((await admin.call('DELETE', `/prices/${version}`)).status).toBe(200);
  await admin.gateway.configure(config);
  expect(await statusOf(admin)).toBe(503);
});
