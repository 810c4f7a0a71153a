// The commands beside a gateway that runs on the same data folder: what they change, the next request obeys.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { goodPassword, stranger, tokenOf } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin[Symbol.asyncDispose]());

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function tollgate(...args: string[]): Promise<Ran> {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const data = join(admin.gateway.folder, 'data');
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args, '--data', data], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function json(...args: string[]): Promise<Json> {
  const { code, stdout, stderr } = await tollgate(...args, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const status = async (key?: string) => (await admin.gateway.chat(ask(), key ? { key } : {})).status;

describe('tollgate members', () => {
  test('invites, changes and removes; what it prints lets somebody in', async () => {
    expect((await tollgate('members', 'list')).stdout).toContain('no members yet');
    const invited = await json(
      'members',
      'invite',
      'ann@example.com',
      '--role',
      'admin',
      '--url',
      'https://gw.example',
    );
    expect(invited).toMatchObject({ email: 'ann@example.com', kind: 'invite' });
    expect(invited.url).toMatch(/^https:\/\/gw\.example\/invite#token=/);
    const person = stranger(admin);
    const token = tokenOf(invited.url);
    expect(
      (await person.call('POST', '/session/link/accept', { token, password: goodPassword })).status,
    ).toBe(201);
    const last = await tollgate('members', 'role', 'ANN@example.com', 'viewer');
    expect(last).toMatchObject({ code: 1, stderr: expect.stringContaining('only administrator') });
    await json('members', 'invite', 'bo@example.com', '--role', 'viewer', '--name', 'Bo');
    expect((await tollgate('members', 'list')).stdout).toMatch(/bo@example\.com +Bo +viewer +invited/);
    expect(await json('members', 'role', 'bo@example.com', 'member')).toMatchObject({ role: 'member' });
    const reset = await json('members', 'reset-password', 'ann@example.com');
    expect(reset).toMatchObject({
      kind: 'reset',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\/reset#token=/),
    });
    await json('members', 'remove', 'bo@example.com');
    expect((await tollgate('members', 'disable', 'bo@example.com')).stderr).toContain(
      'no member `bo@example.com`',
    );
    for (const wrong of [
      ['invite', 'x@example.com'],
      ['role', 'ann@example.com', 'boss'],
    ]) {
      expect((await tollgate('members', ...wrong)).code).not.toBe(0);
    }
    const { data } = await admin.get('/audit?actor=cli&target_kind=member');
    expect(data.map((entry: Json) => entry.action)).toContain('member.reset_link');
  });
});

describe('tollgate keys', () => {
  test('makes, disables, enables, rotates and revokes, and the audit log says who', async () => {
    const { id, key } = await json('keys', 'create', 'from the shell', '--project', 'shell');
    expect(await status(key)).toBe(200);
    expect((await tollgate('keys', 'disable', 'from the shell')).stdout).toMatch(
      /^Disabled `from the shell`/,
    );
    expect(await status(key)).toBe(403);
    expect(await json('keys', 'enable', id)).toEqual({ id, name: 'from the shell', status: 'active' });
    expect(await status(key)).toBe(200);
    const rotated = await json('keys', 'rotate', id, '--overlap', '1h');
    expect(await status(rotated.key)).toBe(200);
    expect(await status(key)).toBe(200);
    await admin.gateway.ledger();
    const listed = (await json('keys', 'list')).find((each: Json) => each.id === id);
    expect(Number(listed.spentNanousd)).toBeGreaterThan(0);
    expect(listed).not.toHaveProperty('hash');
    expect((await tollgate('keys', 'list')).stdout).toContain('THIS MONTH');
    await json('keys', 'revoke', id);
    expect(await status(rotated.key)).toBe(401);
    expect((await tollgate('keys', 'revoke', id)).stdout).toContain('was revoked before');
    expect((await tollgate('keys', 'enable', id)).stderr).toContain('revoked, which is for ever');
    const { data } = await admin.get(`/audit?target_id=${id}`);
    expect(data.map((entry: Json) => [entry.actor, entry.action])).toEqual([
      ['cli', 'key.revoke'],
      ['cli', 'key.rotate'],
      ['cli', 'key.enable'],
      ['cli', 'key.disable'],
      ['cli', 'key.create'],
    ]);
  });

  test.each([
    [['keys', 'rotate'], 2, 'say which key'],
    [['keys', 'rotate', 'nobody'], 1, 'no key has'],
    [['keys', 'rotate', 'nobody', '--overlap', 'long'], 2, '--overlap takes'],
    [['keys', 'create', 'x', '--ips', 'home'], 2, 'no address'],
    [['keys', 'erase', 'x'], 2, 'no action `erase`'],
  ])('%j ends with %i: %s', async (args, code, message) => {
    const ran = await tollgate(...args);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(message);
  });
});

describe('tollgate limits', () => {
  test('sets, raises, lists and removes, for the next request', async () => {
    const { key } = await json('keys', 'create', 'limited');
    const set = (amount: string) =>
      json('limits', 'set', 'requests', amount, '--window', 'day', '--key', 'limited');
    const { id } = await set('1');
    expect([await status(key), await status(key)]).toEqual([200, 429]);
    expect((await set('2')).id).toBe(id);
    expect([await status(key), await status(key)]).toEqual([200, 429]);
    await admin.gateway.ledger();
    const [listed] = (await json('limits', 'list')).filter((limit: Json) => limit.id === id);
    expect(listed).toMatchObject({ amount: 2, settled: 2, held: 0, remaining: 0, source: 'admin' });
    const { stdout } = await tollgate('limits', 'list');
    expect(stdout).toContain(id);
    expect(stdout).toMatch(/ key=limited /);
    expect(listed.scope.key).toMatch(/^key_/);
    expect((await tollgate('limits', 'list', '--ids')).stdout).toContain(` key=${listed.scope.key} `);
    expect(await json('limits', 'remove', id)).toEqual({ removed: id });
    expect(await status(key)).toBe(200);
  });

  test.each([
    [['limits'], 2, 'say list, set or remove'],
    [['limits', 'set', 'money', '5'], 2, 'say what is limited'],
    [['limits', 'set', 'cost'], 2, 'say how much'],
    [['limits', 'set', 'cost', '5', '--project', 'default'], 2, 'needs --window'],
    [['limits', 'set', 'cost', '5', '--window', 'day'], 2, 'say whom it limits'],
    [['limits', 'set', 'cost', 'five', '--window', 'day', '--project', 'default'], 1, 'USD'],
    [['limits', 'set', 'cost', '5', '--window', 'day', '--project', 'gone'], 1, 'no project `gone`'],
    [['limits', 'remove', 'lim_none'], 1, 'no limit'],
  ])('%j ends with %i: %s', async (args, code, message) => {
    const ran = await tollgate(...args);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(message);
  });
});

describe('tollgate usage', () => {
  test('adds up, by what was asked for', async () => {
    expect(await status()).toBe(200);
    const rows = await admin.gateway.ledger();
    const cost = rows.reduce((sum, row) => sum + (row.cost ?? 0n), 0n);
    for (const by of ['model', 'key', 'project', 'provider', 'hour']) {
      const sums = await json('usage', '--by', by, '--since', '1d');
      expect(sums.reduce((sum: bigint, each: Json) => sum + BigInt(each.cost_nanousd), 0n)).toBe(cost);
    }
    expect((await json('usage', '--by', 'key'))[0]).toHaveProperty('name');
    expect((await tollgate('usage')).stdout).toMatch(/^MODEL +COST/);
    expect((await tollgate('usage', '--since', 'monday')).code).toBe(2);
  });
});

describe('tollgate admin token', () => {
  test('makes another, and the one before ends', async () => {
    expect((await tollgate('admin', 'token')).code).toBe(2);
    const { token } = await json('admin', 'token', '--new');
    const withToken = (each: string) =>
      admin.call('GET', '/keys', undefined, { authorization: `Bearer ${each}` });
    expect((await withToken(token)).status).toBe(200);
    expect((await withToken(admin.token)).status).toBe(401);
    const audit = await admin.call('GET', '/audit?target_kind=admin_token', undefined, {
      authorization: `Bearer ${token}`,
    });
    expect(audit.body.data.map((entry: Json) => entry.action)).toEqual([
      'admin_token.replace',
      'admin_token.create',
    ]);
    expect(audit.text).not.toContain(token.slice(10));
  });
});
