// A whole gateway on PostgreSQL, as clients and operators see it: while the database is away, requests are refused with a
// word on when to come again, /ready says why, and what was under way is charged when it is back.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { noPostgres, runSql, startPostgres } from '../support/postgres.ts';
import { polite, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway } from '../support/start-gateway.ts';

const run = promisify(execFile);
const patient = { timeout: 60_000, interval: 50 };

async function openSite() {
  const server = await startPostgres();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const upstream = await startUpstream(polite);
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  const databaseUrl = await server.createDatabase();
  const gateway = await startGateway({ upstreams: [upstream.url], databaseUrl });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  return { server, databaseUrl, gateway };
}

describe.skipIf(noPostgres)('a gateway on PostgreSQL', { timeout: 120_000 }, () => {
  it('refuses while the database is away, says so, and goes on when it is back', async () => {
    const { server, databaseUrl, gateway } = await openSite();
    expect((await gateway.chat(ask())).status).toBe(200);
    await gateway.ledger();
    await server.kill();
    const refused = await gateway.chat(ask());
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { code: 'ledger_unavailable', param: null } });
    const ready = await vi.waitFor(async () => {
      const answer = await fetch(`${gateway.url}/ready`);
      expect(answer.status).toBe(503);
      return answer.json();
    }, patient);
    expect(ready).toMatchObject({ checks: { store: { ok: false } } });
    expect(JSON.stringify(ready)).toContain('PostgreSQL');
    await server.start();
    await vi.waitFor(async () => expect((await fetch(`${gateway.url}/ready`)).status).toBe(200), patient);
    expect((await gateway.chat(ask())).status).toBe(200);
    expect((await gateway.ledger()).map(({ state }) => state)).toEqual(['settled', 'settled']);
    const [sums] = await runSql(databaseUrl, 'select sum(requests)::int as requests from usage_hours');
    expect(sums).toEqual({ requests: 2 });
  });

  it('has commands beside it, which change nothing under an older gateway', async () => {
    const { databaseUrl, gateway } = await openSite();
    const tollgate = (...args: string[]) =>
      run(process.execPath, [new URL('../../src/main.ts', import.meta.url).pathname, ...args], {
        env: { ...process.env, TOLLGATE_DATABASE_URL: databaseUrl, TOLLGATE_DATA: gateway.folder },
      });
    const { stdout } = await tollgate('keys', 'create', 'laptop');
    expect((await gateway.chat(ask(), { key: stdout.trim() })).status).toBe(200);
    await tollgate('keys', 'revoke', 'laptop');
    expect((await gateway.chat(ask(), { key: stdout.trim() })).status).toBe(401);
    // As if this command knew a migration that the gateway does not.
    await runSql(
      databaseUrl,
      'delete from schema_migrations where version = (select max(version) from schema_migrations)',
    );
    await expect(tollgate('keys', 'list')).rejects.toMatchObject({
      stderr: expect.stringContaining('older than this command'),
    });
  });
});
