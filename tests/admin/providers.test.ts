// Providers made and changed while gateways run: who wins a name, where credentials go and where they never show, that a bad change
// changes nothing, and that every node hears of a good one.
import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { postgresServer, stopPostgresAfterAll } from '../ledger/databases.ts';
import { noPostgres } from '../support/postgres.ts';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, configOf } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

stopPostgresAfterAll();

const secret = 'sk-made-here-0123456789abcdefWXYZ';
const other = 'sk-another-one-9876543210zyxwABCD';

async function another(): Promise<ScriptedUpstream> {
  const upstream = await startUpstream(polite);
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  return upstream;
}

async function started(options: Parameters<typeof startAdmin>[0] = {}): Promise<AdminStand> {
  const admin = await startAdmin(options);
  onTestFinished(() => admin[Symbol.asyncDispose]());
  return admin;
}

const made = (upstream: ScriptedUpstream, members: object = {}) => ({
  name: 'mine',
  type: 'openai-compatible',
  base_url: upstream.url,
  api_key: secret,
  ...members,
});

async function answerOf(admin: AdminStand, model: string, key = admin.gateway.key) {
  const answer = await admin.gateway.chat(ask({ model }), { key });
  return { status: answer.status, text: await answer.text() };
}

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  const missing = kind === 'PostgreSQL' && noPostgres !== undefined;
  const place = async () =>
    kind === 'SQLite' ? {} : { databaseUrl: await (await postgresServer()).createDatabase() };

  describe.skipIf(missing)(kind, { timeout: 120_000 }, () => {
    test('one that is made is called with its key, which no answer, log or audit entry holds', async () => {
      const upstream = await another();
      const admin = await started({ ...(await place()), logLevel: 'debug' });
      const answer = await admin.call(
        'POST',
        '/providers',
        made(upstream, { headers: { 'X-Team': 'team-secret-value' } }),
      );
      expect(answer).toMatchObject({
        status: 201,
        body: {
          name: 'mine',
          source: 'admin',
          base_url: upstream.url,
          credentials: 1,
          problem: null,
          secrets: [
            { field: 'api_key', preview: '…WXYZ', resting: [] },
            { field: 'headers.X-Team', preview: '…' },
          ],
        },
      });
      expect(answer.headers.get('etag')).toBe(`"${answer.body.revision}"`);
      await admin.post('/models', { name: 'mine-1', route: [[{ provider: 'mine', model: 'up-1' }]] });
      await admin.post('/prices', { model: 'mine-1', terms: { input: 1, output: 2 } });
      expect(await answerOf(admin, 'mine-1')).toMatchObject({ status: 200 });
      expect(upstream.last().headers).toMatchObject({
        authorization: `Bearer ${secret}`,
        'x-team': 'team-secret-value',
      });
      expect(upstream.last().body.model).toBe('up-1');
      for (const path of ['/providers', '/providers/mine', '/models', '/audit', '/config']) {
        const { text } = await admin.call('GET', path);
        expect(text).not.toContain(secret);
        expect(text).not.toContain('team-secret-value');
      }
      expect(JSON.stringify(admin.gateway.logs)).not.toContain(secret);
      const { data } = await admin.get('/audit?action=provider.create');
      expect(data).toMatchObject([{ target_id: 'mine', after: { api_key: '…WXYZ' } }]);
    });

    test('what the store keeps of its key is encrypted', async () => {
      const upstream = await another();
      const admin = await started(await place());
      await admin.post('/providers', made(upstream));
      const { entries } = await admin.gateway.gateway.store.admin.routingReader.routing();
      expect(JSON.stringify(entries)).not.toContain(secret);
      expect(JSON.stringify(await admin.gateway.gateway.store.secretReader.sealedSecrets())).not.toContain(
        secret,
      );
    });

    test('changes: only from the revision that was read; keys are kept by id; old secrets are forgotten', async () => {
      const upstream = await another();
      const admin = await started(await place());
      const first = await admin.post('/providers', made(upstream));
      const stale = { 'if-match': `"${first.revision - 1}"` };
      expect((await admin.call('PATCH', '/providers/mine', { api_key: other }, stale)).status).toBe(412);
      const keys = [{ key: secret, weight: 3 }, { key: other }];
      const second = await admin.call(
        'PATCH',
        '/providers/mine',
        { api_keys: keys },
        { 'if-match': `"${first.revision}"` },
      );
      expect(second.body).toMatchObject({
        credentials: 2,
        secrets: [
          { field: 'api_keys[0]', preview: '…WXYZ', weight: 3 },
          { field: 'api_keys[1]', preview: '…ABCD', weight: 1 },
        ],
      });
      const [, kept] = second.body.secrets;
      const third = await admin.call('PATCH', '/providers/mine', { api_keys: [{ id: kept.id, weight: 7 }] });
      expect(third.body.secrets).toMatchObject([{ id: kept.id, preview: '…ABCD', weight: 7 }]);
      const gone = await admin.call('PATCH', '/providers/mine', {
        api_keys: [{ id: second.body.secrets[0].id }],
      });
      expect(gone).toMatchObject({ status: 400, body: { error: { param: 'api_keys[0].id' } } });
      const { secrets } = await admin.gateway.gateway.store.secretReader.sealedSecrets();
      expect(secrets).toHaveLength(1);
    });

    test('two at once: both are made, and neither is lost', async () => {
      const upstream = await another();
      const admin = await started(await place());
      const names = ['a', 'b', 'c', 'd', 'e'];
      const answers = await Promise.all(
        names.map((name) => admin.call('POST', '/providers', made(upstream, { name }))),
      );
      expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
      const { data } = await admin.get('/providers');
      expect(data.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(names));
    });

    test('deleting one that routes use is refused with the list; then it goes, and its secrets with it', async () => {
      const upstream = await another();
      const admin = await started(await place());
      await admin.post('/providers', made(upstream));
      await admin.post('/models', { name: 'm', route: [[{ provider: 'mine' }, { provider: 'first' }]] });
      const refused = await admin.call('DELETE', '/providers/mine');
      expect(refused).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining('`m`') } },
      });
      await admin.call('DELETE', '/models/m');
      expect((await admin.call('DELETE', '/providers/mine')).status).toBe(204);
      expect((await admin.call('GET', '/providers/mine')).status).toBe(404);
      expect((await admin.gateway.gateway.store.secretReader.sealedSecrets()).secrets).toEqual([]);
    });
  });
}

describe('what an entry may say', () => {
  test.each([
    [{ type: 'openai-compatible', base_url: 'ftp://x' }, 'base_url', 'http or https'],
    [{ type: 'openai-compatible', base_url: 'http://169.254.169.254/v1' }, 'base_url', 'link-local'],
    [{ type: 'openai-compatible', base_url: 'http://[fe80::1]/v1' }, 'base_url', 'link-local'],
    [{ type: 'openai-compatible', base_url: 'http://0.0.0.0:1/v1' }, 'base_url', 'link-local'],
    [{ type: 'openai-compatible', preset: 'grok' }, 'preset', 'groq'],
    [{ type: 'openai' }, 'api_key', 'needs'],
    [{ type: 'azure-openai', api_key: 'x' }, 'base_url', 'needs'],
    [{ type: 'bedrock', region: 'nowhere', api_key: 'x' }, 'region', 'us-east-1'],
    [{ type: 'openai', api_key: 'two words' }, 'api_key', 'ASCII'],
    [{ type: 'openai', api_key: `\${OPENAI_API_KEY}` }, 'api_key', 'tollgate.yaml only'],
    [
      { type: 'openai', api_key: 'x', base_url: `https://\${secret:A}.example/v1` },
      'base_url',
      'tollgate.yaml',
    ],
    [{ type: 'openai', api_key: 'x', headers: { Host: 'y' } }, 'headers.Host', 'does not set itself'],
    [
      { type: 'openai', api_key: 'x', capabilities: { images: 'no' } },
      'capabilities.images',
      'true or false',
    ],
    [{ type: 'openai', api_keys: [{ key: 'a' }, { key: 'a' }] }, 'api_keys', 'same key'],
    [{ type: 'openai', name: 'a b', api_key: 'x' }, 'name', 'letters'],
    [{ type: 'nonsense' }, 'type', 'openai'],
  ])('%j is refused for %s', { timeout: 60_000 }, async (members, param, words) => {
    const admin = await shared();
    const answer = await admin.call('POST', '/providers', { name: 'wrong', ...members });
    expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
    expect(answer.body.error.message).toContain(words);
    expect((await admin.call('GET', '/providers/wrong')).status).toBe(404);
  });

  let running: Promise<AdminStand> | undefined;
  function shared(): Promise<AdminStand> {
    running ??= startAdmin();
    return running;
  }
});

describe('names', { timeout: 60_000 }, () => {
  test('tollgate.yaml wins: its providers are read-only, with their line, and take no name twice', async () => {
    const upstream = await another();
    const admin = await started();
    expect(await admin.get('/providers/first')).toMatchObject({
      source: 'config',
      place: { file: 'tollgate.yaml', line: 1 },
      revision: null,
      entry: null,
      secrets: [{ field: 'api_key', preview: '…ghij' }],
    });
    for (const [method, body] of [
      ['PATCH', { api_key: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      expect(await admin.call(method, '/providers/first', body)).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining('tollgate.yaml, line 1') } },
      });
    }
    expect((await admin.call('POST', '/providers', made(upstream, { name: 'first' }))).status).toBe(409);
    expect((await admin.call('POST', '/providers', made(upstream, { name: 'local' }))).status).toBe(409);
  });

  test('one that the file takes later is told of, not used, and back when the file lets go of it', async () => {
    const upstream = await another();
    const admin = await started();
    await admin.post('/providers', made(upstream));
    await admin.post('/models', { name: 'mine-1', route: [[{ provider: 'mine' }, { provider: 'first' }]] });
    const config = configOf({ upstreams: [admin.upstream.url] });
    await admin.gateway.configure({
      ...config,
      providers: { ...config.providers, mine: config.providers.first },
    });
    const clash = await admin.get('/providers/mine');
    expect(clash).toMatchObject({ source: 'config', base_url: admin.upstream.url });
    expect(clash.problem).toContain('which wins');
    await admin.gateway.configure(config);
    expect(await admin.get('/providers/mine')).toMatchObject({ source: 'admin', problem: null });
  });
});

describe('credentials', { timeout: 60_000 }, () => {
  test('with another address they are given again: stored ones go nowhere else', async () => {
    const [upstream, stranger] = [await another(), await another()];
    const admin = await started();
    await admin.post('/providers', made(upstream));
    const moved = await admin.call('PATCH', '/providers/mine', { base_url: stranger.url });
    expect(moved).toMatchObject({ status: 400, body: { error: { param: 'api_key' } } });
    expect(moved.body.error.message).toContain('enter it again');
    const given = await admin.call('PATCH', '/providers/mine', { base_url: stranger.url, api_key: other });
    expect(given).toMatchObject({ status: 200, body: { base_url: stranger.url } });
    // The same server by another path is no other address.
    const path = await admin.call('PATCH', '/providers/mine', { base_url: `${stranger.url}/sub` });
    expect(path.status).toBe(200);
  });
});

describe('console.private_upstreams: false', { timeout: 60_000 }, () => {
  test('leaves private addresses to the file: none is taken, none is called, by address or by name', async () => {
    const upstream = await another();
    const admin = await started();
    await admin.post('/providers', made(upstream));
    await admin.post('/providers', {
      ...made(upstream, { name: 'named' }),
      base_url: upstream.url.replace('127.0.0.1', 'localhost'),
    });
    for (const [name, provider] of [
      ['by-address', 'mine'],
      ['by-name', 'named'],
    ] as const) {
      await admin.post('/models', { name, route: [[{ provider }]] });
      await admin.post('/prices', { model: name, terms: 'free' });
    }
    const config = configOf({ upstreams: [admin.upstream.url] });
    await admin.gateway.configure({ ...config, console: { private_upstreams: false } });
    const before = upstream.requests.length;
    for (const model of ['by-address', 'by-name']) {
      expect(await answerOf(admin, model)).toMatchObject({ status: 502 });
    }
    expect(await answerOf(admin, 'test-model')).toMatchObject({ status: 200 });
    for (const base_url of [
      'http://10.0.0.1/v1',
      'http://[::1]:1/v1',
      'http://localhost:1/v1',
      upstream.url,
    ]) {
      const draft = { type: 'openai-compatible', base_url };
      for (const [path, body] of [
        ['/providers', { name: 'new', ...draft }],
        ['/provider-drafts/models', draft],
        ['/provider-drafts/test', { provider: draft, model: 'm' }],
      ] as const) {
        const answer = await admin.call('POST', path, body);
        expect(answer).toMatchObject({ status: 400 });
        expect(answer.body.error.message).toContain('private_upstreams');
      }
    }
    // A stored one is not asked for its models either.
    for (const name of ['mine', 'named']) {
      expect((await admin.get(`/providers/${name}/models`)).failure).not.toBeNull();
    }
    expect(upstream.requests).toHaveLength(before);
  });
});

describe('nodes', { timeout: 120_000 }, () => {
  test.skipIf(noPostgres)('a change of one is in force at the others within a second or so', async () => {
    const upstream = await another();
    const databaseUrl = await (await postgresServer()).createDatabase();
    // The master key is of the site, not of a folder.
    const variables = { TOLLGATE_SECRET_KEY: randomBytes(32).toString('base64') };
    const first = await started({ databaseUrl, variables });
    const second = await started({ databaseUrl, variables });
    await first.post('/providers', made(upstream));
    await first.post('/models', { name: 'everywhere', route: [[{ provider: 'mine' }]] });
    await first.post('/prices', { model: 'everywhere', terms: 'free' });
    await expect
      .poll(async () => (await answerOf(second, 'everywhere', first.gateway.key)).status, {
        timeout: 30_000,
        interval: 100,
      })
      .toBe(200);
    expect(upstream.last().headers.authorization).toBe(`Bearer ${secret}`);
  });

  test('a file that is wrong by now holds no change of an administrator up', async () => {
    const upstream = await another();
    const admin = await started();
    await admin.post('/providers', made(upstream));
    await expect(admin.gateway.configure({ providers: 'nonsense' })).resolves.toBeUndefined();
    await admin.post('/models', { name: 'late', route: [[{ provider: 'mine' }]] });
    await admin.post('/prices', { model: 'late', terms: 'free' });
    expect(await answerOf(admin, 'late')).toMatchObject({ status: 200 });
    expect(admin.gateway.gateway.config.refusal).toBeDefined();
  });
});
