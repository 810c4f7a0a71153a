// The admin API over PostgreSQL: what it cannot store is refused as everywhere, and while it is away that is what is said.
import { describe, expect, onTestFinished, test } from 'vitest';
import { noPostgres, startPostgres } from '../support/postgres.ts';
import { startAdmin } from './stand.ts';

async function startSite() {
  const server = await startPostgres();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const admin = await startAdmin({ databaseUrl: await server.createDatabase() });
  onTestFinished(() => admin[Symbol.asyncDispose]());
  return { server, admin };
}

describe.skipIf(noPostgres)('over PostgreSQL', { timeout: 120_000 }, () => {
  test('texts that it cannot store are the mistake of whoever sends them', async () => {
    const { admin } = await startSite();
    for (const [method, path, body, status] of [
      ['POST', '/keys', { name: 'a\0b' }, 400],
      ['POST', '/keys', { name: 'x', metadata: { a: 'b\0' } }, 400],
      ['POST', '/keys', { name: 'x', project: 'a\0' }, 400],
      ['GET', '/keys/%00', undefined, 404],
      ['GET', '/keys?name=%00', undefined, 400],
      ['GET', '/keys?cursor=%00', undefined, 400],
      ['GET', '/requests?model=%00', undefined, 400],
      ['GET', '/usage?key=%00', undefined, 400],
      ['GET', '/audit?action=%00', undefined, 400],
      ['GET', '/limits?key=%00', undefined, 400],
    ] as const) {
      const answer = await admin.call(method, path, body);
      expect([method, path, answer.status, answer.text]).toEqual([method, path, status, expect.any(String)]);
    }
    expect(admin.gateway.logs.filter(({ level }) => level >= 50)).toEqual([]);
  });

  test('away: 503 and when to come back, not a bug of the gateway', async () => {
    const { server, admin } = await startSite();
    expect((await admin.call('GET', '/keys')).status).toBe(200);
    await server.kill();
    for (const [method, path, body] of [
      ['GET', '/keys', undefined],
      ['POST', '/projects', { name: 'p' }],
      ['GET', '/usage', undefined],
    ] as const) {
      const answer = await admin.call(method, path, body);
      expect(answer).toMatchObject({
        status: 503,
        body: { error: { code: 'database_unavailable', type: 'server_error', param: null } },
      });
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.text).not.toMatch(/127\.0\.0\.1|postgres:/);
    }
    expect(admin.gateway.logs.filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
    await server.start();
    await expect
      .poll(async () => (await admin.call('GET', '/keys')).status, { timeout: 60_000, interval: 200 })
      .toBe(200);
  });
});
