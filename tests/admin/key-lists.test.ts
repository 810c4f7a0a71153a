// Lists of keys and projects at their size: search, order, pages, and the limit that stops each first, on every database.
import { describe, expect, onTestFinished, test } from 'vitest';
import { noPostgres, startPostgres } from '../support/postgres.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

const databases = [
  { name: 'SQLite', missing: undefined, start: () => startAdmin() },
  {
    name: 'PostgreSQL',
    missing: noPostgres,
    start: async () => {
      const server = await startPostgres();
      onTestFinished(() => server[Symbol.asyncDispose]());
      return startAdmin({ databaseUrl: await server.createDatabase() });
    },
  },
];

async function all(admin: AdminStand, path: string): Promise<{ id: string; name: string }[]> {
  const rows: { id: string; name: string }[] = [];
  let cursor: string | null = null;
  do {
    const page = await admin.get(`${path}${cursor === null ? '' : `&cursor=${cursor}`}`);
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return rows;
}

describe.each(databases)('on $name', { timeout: 120_000 }, ({ missing, start }) => {
  async function stand() {
    const admin = await start();
    onTestFinished(() => admin[Symbol.asyncDispose]());
    return admin;
  }

  test.skipIf(missing)('every order has each key once, page by page', async () => {
    const admin = await stand();
    const names = ['beta', 'Alpha', 'alpha', '100% of_it', 'Ωmega', 'beta'];
    const made: { id: string; key: string }[] = [];
    for (const [index, name] of names.entries()) {
      made.push(await admin.post('/keys', { name, expires_at: `203${index % 3}-01-01` }));
    }
    for (const { key } of [made[2], made[4], made[4]] as { key: string }[]) {
      expect((await admin.gateway.chat(ask(), { key })).status).toBe(200);
    }
    await admin.gateway.ledger();
    const everything = new Set((await all(admin, '/keys?limit=100')).map(({ id }) => id));
    expect(everything.size).toBe(names.length + 1);
    for (const sort of ['created', 'name', 'spend', 'last_used', 'expires']) {
      const whole = (await all(admin, `/keys?limit=100&sort=${sort}`)).map(({ id }) => id);
      const paged = (await all(admin, `/keys?limit=2&sort=${sort}`)).map(({ id }) => id);
      expect([sort, paged]).toEqual([sort, whole]);
      expect(new Set(paged)).toEqual(everything);
      const order = ['name', 'expires'].includes(sort) ? 'desc' : 'asc';
      const turned = (await all(admin, `/keys?limit=2&sort=${sort}&order=${order}`)).map(({ id }) => id);
      expect([sort, turned]).toEqual([sort, whole.toReversed()]);
    }
    const { next_cursor: byName } = await admin.get('/keys?limit=1&sort=name');
    const { next_cursor: newest } = await admin.get('/keys?limit=1');
    for (const [order, cursor] of [
      ['', byName],
      ['&sort=name&order=desc', byName],
      ['&sort=spend', byName],
      ['&sort=name', newest],
    ]) {
      expect(await admin.call('GET', `/keys?limit=1${order}&cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { error: { param: 'cursor' } },
      });
    }
    expect((await all(admin, '/keys?limit=1&sort=spend')).slice(0, 2).map(({ id }) => id)).toEqual([
      made[4]?.id,
      made[2]?.id,
    ]);
    expect((await all(admin, '/keys?limit=3&sort=expires')).at(-1)?.name).toBe('first key');
  });

  test.skipIf(missing)('a search is for text, whatever it is made of', async () => {
    const admin = await stand();
    for (const name of ['100% of_it', '100 of it', 'شركة', '🦊 fox']) await admin.post('/keys', { name });
    const names = async (search: string) =>
      (await all(admin, `/keys?limit=2&search=${encodeURIComponent(search)}`)).map(({ name }) => name);
    expect(await names('100%')).toEqual(['100% of_it']);
    expect(await names('F_I')).toEqual(['100% of_it']);
    expect(await names('🦊')).toEqual(['🦊 fox']);
    expect(await names('شركة')).toEqual(['شركة']);
    expect(await names('!')).toEqual([]);
    const { id, preview } = await admin.post('/keys', { name: 'by preview' });
    expect(await names(id)).toEqual(['by preview']);
    expect(await names(preview.slice(-4))).toContain('by preview');
    expect((await admin.get('/keys?member=me')).data).toEqual([]);
  });

  test.skipIf(missing)(
    'the limit shown is the one with the least left, and stands as the limit itself says',
    async () => {
      const admin = await stand();
      const { id, key } = await admin.post('/keys', {
        name: 'bounded',
        limits: [
          { metric: 'requests', window: 'day', amount: 10 },
          { metric: 'cost', window: 'month', amount: '50' },
        ],
      });
      const listed = async () => (await admin.get('/keys?search=bounded')).data[0];
      expect((await listed()).limit).toMatchObject({ metric: 'cost', amount: '50', settled: '0' });
      expect((await admin.gateway.chat(ask(), { key })).status).toBe(200);
      await admin.gateway.ledger();
      expect((await listed()).limit).toMatchObject({
        metric: 'requests',
        window: 'day',
        scope: { key: id },
        amount: 10,
        settled: 1,
        held: 0,
        remaining: 9,
      });
      // Made now, so no request has needed its counter: it is the sum of what was before.
      const project = await admin.post('/limits', {
        scope: { project: 'default' },
        metric: 'requests',
        window: 'week',
        amount: 2,
      });
      const wild = await admin.post('/limits', {
        scope: { key: '*' },
        metric: 'requests',
        window: 'month',
        amount: 1,
      });
      const { limit } = await listed();
      expect(limit).toMatchObject({ id: wild.id, settled: 1, remaining: 0 });
      const own = await admin.get(`/limits/${wild.id}?subject=${id}`);
      expect(limit.resets_at).toBe(own.window_end);
      const { data } = await admin.get(`/keys/${id}/limits`);
      expect(data.slice(0, 2).map((each: { settled: number }) => each.settled)).toEqual([1, 1]);
      // Made in the same millisecond, in which no order is promised.
      const both = data.slice(2).map((each: { settled: number | string }) => Number(each.settled));
      expect(both.toSorted()).toEqual([expect.closeTo(0.00002, 5), 1]);
      expect(data[1]).toMatchObject({ id: project.id, scope_names: { project: 'default' } });
      const [shown] = (await admin.get('/projects?search=DEFA')).data;
      expect(shown).toMatchObject({ keys: 2, spend_requests: 1, organization: 'default' });
      expect(shown.limit).toMatchObject({ id: project.id, settled: 1, remaining: 1 });
      expect((await admin.get('/projects/default/limits')).data).toHaveLength(2);
    },
  );

  test.skipIf(missing)('a page of limits has the same counters as each of them asked for alone', async () => {
    const admin = await stand();
    const keys: { id: string; key: string }[] = [];
    for (const name of ['one', 'two', 'three']) keys.push(await admin.post('/keys', { name }));
    for (const [index, { key }] of keys.entries()) {
      for (let count = 0; count < index; count++) await admin.gateway.chat(ask(), { key });
    }
    await admin.gateway.ledger();
    const scopes = [...keys.map(({ id }) => ({ key: id })), { project: 'default' }, { model: 'test-model' }];
    for (const scope of scopes) {
      for (const [metric, window] of [
        ['requests', 'month'],
        ['cost', 'day'],
        ['tokens', 'lifetime'],
        ['requests', 'minute'],
        ['concurrent', undefined],
      ]) {
        await admin.post('/limits', { scope, metric, window, amount: 1000 });
      }
    }
    await admin.post('/limits', {
      scope: { key: keys[2]?.id },
      metric: 'requests',
      window: 'day',
      amount: 5,
      time_zone: 'Asia/Kolkata',
    });
    const { data } = await admin.get('/limits?limit=100');
    expect(data).toHaveLength(26);
    expect(data[0]).toMatchObject({ settled: 2, time_zone: 'Asia/Kolkata' });
    for (const limit of data) expect(await admin.get(`/limits/${limit.id}`)).toEqual(limit);
    const settled = data
      .filter(
        (each: { metric: string; window: string }) => each.metric === 'requests' && each.window === 'month',
      )
      .map((each: { settled: number }) => each.settled);
    expect(settled).toEqual([3, 3, 2, 1, 0]);
  });

  test.skipIf(missing)('a limit that was deleted comes back with what it had counted', async () => {
    const admin = await stand();
    const wish = { scope: { project: 'default' }, metric: 'cost', window: 'month', amount: '5' };
    const first = await admin.post('/limits', wish);
    for (let count = 0; count < 3; count++) expect((await admin.gateway.chat(ask())).status).toBe(200);
    await admin.gateway.ledger();
    const before = await admin.get(`/limits/${first.id}`);
    expect(before.settled).not.toBe('0');
    expect((await admin.call('DELETE', `/limits/${first.id}`)).status).toBe(204);
    expect((await admin.gateway.chat(ask())).status).toBe(200);
    await admin.gateway.ledger();
    const again = await admin.post('/limits', { ...wish, time_zone: before.time_zone });
    // With the request that came in between.
    expect(Number(again.settled_nanousd)).toBe((Number(before.settled_nanousd) / 3) * 4);
    expect((await admin.gateway.chat(ask())).status).toBe(200);
    await admin.gateway.ledger();
    expect(Number((await admin.get(`/limits/${again.id}`)).settled_nanousd)).toBe(
      (Number(before.settled_nanousd) / 3) * 5,
    );
  });
});

describe('a key made with limits', () => {
  test('has them from its first request on', async () => {
    await using admin = await startAdmin();
    const { id, key, limit } = await admin.post('/keys', {
      name: 'one request',
      limits: [{ metric: 'requests', window: 'day', amount: 1, time_zone: 'Europe/Berlin' }],
    });
    expect(limit).toMatchObject({ metric: 'requests', window: 'day', amount: 1, scope: { key: id } });
    const statuses = [];
    for (let count = 0; count < 2; count++) {
      statuses.push((await admin.gateway.chat(ask(), { key })).status);
    }
    expect(statuses).toEqual([200, 429]);
    const { data } = await admin.get('/audit?limit=10');
    expect(
      data
        .slice(0, 2)
        .map(({ action }: { action: string }) => action)
        .sort(),
    ).toEqual(['key.create', 'limit.create']);
  });

  test.each([
    [
      'limits[1].amount',
      [
        { metric: 'cost', window: 'month', amount: 5 },
        { metric: 'cost', window: 'day', amount: '1e30' },
      ],
    ],
    ['limits[0].amount', [{ metric: 'requests', window: 'month', amount: -1 }]],
    ['limits[0].amount', [{ metric: 'requests', window: 'month', amount: '12345678901234567890' }]],
    ['limits[0].amount', [{ metric: 'tokens', window: 'month', amount: 1.5 }]],
    ['limits[0].window', [{ metric: 'tokens', amount: 1 }]],
    ['limits[0].time_zone', [{ metric: 'tokens', window: 'day', amount: 1, time_zone: 'Mars/Base' }]],
    [
      'limits[1]',
      [
        { metric: 'cost', window: 'month', amount: 5 },
        { metric: 'cost', window: 'month', amount: 6 },
      ],
    ],
  ])('is not made at all when %s is wrong', async (param, limits) => {
    await using admin = await startAdmin();
    const answer = await admin.call('POST', '/keys', { name: 'none', limits });
    expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
    expect((await admin.get('/keys?search=none')).data).toEqual([]);
    expect((await admin.get('/limits')).data).toEqual([]);
  });
});
