// Who gets in, and what is said to those who do not.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the admin token', () => {
  test('opens the API, and nothing of an answer is kept by a cache', async () => {
    const answer = await admin.call('GET', '/keys');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  });

  test('missing, wrong, or an API key: the error envelope, each in its own words', async () => {
    const none = await admin.call('GET', '/keys', undefined, { authorization: '' });
    expect(none).toMatchObject({ status: 401, body: { error: { code: 'missing_admin_token' } } });
    expect(none.headers.get('cache-control')).toBe('no-store');
    const wrong = await admin.call('GET', '/keys', undefined, bearer(`${admin.token}x`));
    expect(wrong).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_admin_token', param: null } },
    });
    const { key } = await admin.post('/keys', { name: 'no admin' });
    const apiKey = await admin.call('GET', '/keys', undefined, bearer(key));
    expect(apiKey).toMatchObject({ status: 403, body: { error: { code: 'admin_token_required' } } });
    expect(apiKey.text).not.toContain(key);
  });

  test('is no API key', async () => {
    const response = await admin.gateway.chat({}, { key: admin.token });
    expect(response.status).toBe(401);
  });

  test('guessed too often: wrong ones from that address have to wait, and the right one opens all the same', async () => {
    await using other = await startAdmin();
    const guess = (number: number) => other.call('GET', '/keys', undefined, bearer(`guess-${number}`));
    const statuses: number[] = [];
    for (let number = 0; number < 12; number++) statuses.push((await guess(number)).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect(await other.call('GET', '/keys')).toMatchObject({ status: 200 });
    const wrong = await guess(13);
    expect(wrong).toMatchObject({ status: 429, body: { error: { code: 'too_many_attempts' } } });
    expect(Number(wrong.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('what is not there', () => {
  test.each([
    ['GET', '/nothing', 404, 'unknown_url'],
    ['GET', '', 404, 'unknown_url'],
    ['GET', '/keys/key_none', 404, 'not_found'],
    ['GET', '/limits/lim_none', 404, 'not_found'],
    ['GET', '/projects/none', 404, 'not_found'],
    ['GET', '/requests/req_none', 404, 'not_found'],
    ['GET', '/keys/%E0%A4%A', 404, 'unknown_url'],
    ['GET', '/keys/%00', 404, 'unknown_url'],
    ['PUT', '/keys', 405, 'method_not_allowed'],
    ['DELETE', '/usage', 405, 'method_not_allowed'],
    ['OPTIONS', '/keys', 405, 'method_not_allowed'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const answer = await admin.call(method, path);
    expect(answer).toMatchObject({ status, body: { error: { code, type: 'invalid_request_error' } } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    if (status === 405) expect(answer.headers.get('allow')).toContain('GET');
  });

  test('a page of another origin gets no leave to read', async () => {
    const answer = await admin.call('GET', '/keys', undefined, { origin: 'https://evil.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('HEAD is GET without a body', async () => {
    const answer = await admin.call('HEAD', '/keys');
    expect(answer).toMatchObject({ status: 200, text: '' });
  });
});

describe('what goes in', () => {
  test.each([
    ['/keys', { nam: 'x' }, 'unknown_parameter', 'nam', /Did you mean `name`/],
    ['/keys', {}, 'missing_required_parameter', 'name', /name/],
    ['/keys', { name: 5 }, 'invalid_type', 'name', /expected a string/],
    ['/keys', { name: '' }, 'empty_string', 'name', /empty string/],
    ['/keys', { name: 'two\nlines' }, 'invalid_value', 'name', /no control characters/],
    ['/keys', { name: '   ' }, 'invalid_value', 'name', /not only of white space/],
    ['/keys', { name: '\u001b[2Jx' }, 'invalid_value', 'name', /no control characters/],
    ['/keys', { name: 'a\u0085' }, 'invalid_value', 'name', /no control characters/],
    ['/keys', { name: 'a\u0000b' }, 'invalid_value', 'name', /control characters/],
    ['/keys', { name: 'a\ud800' }, 'invalid_value', 'name', /surrogate/],
    ['/keys', { name: 'a\u202eb' }, 'invalid_value', 'name', /direction/],
    ['/keys', { name: 'x', metadata: { a: '\u0000' } }, 'invalid_value', 'metadata.a', /U\+0000/],
    ['/keys', { name: 'x', metadata: { 'a\ud800': 'b' } }, 'invalid_value', 'metadata', /surrogate/],
    ['/keys', { name: 'x', models: ['a', '\u0000'] }, 'invalid_value', 'models[1]', /U\+0000/],
    ['/keys', { name: 'x', models: ['gone'] }, 'invalid_value', 'models[0]', /no model `gone`/],
    ['/keys', { name: 'x', models: [] }, 'empty_array', 'models', /empty array/],
    ['/keys', { name: 'x', project: 'gone' }, 'invalid_value', 'project', /no project `gone`/],
    ['/keys', { name: 'x', allowed_ips: ['10.0.0.0/33'] }, 'invalid_value', 'allowed_ips[0]', /range/],
    ['/keys', { name: 'x', expires_at: '2020-01-01' }, 'invalid_value', 'expires_at', /past/],
    ['/keys', { name: 'x', expires_at: '2027-02-30' }, 'invalid_value', 'expires_at', /written as/],
    [
      '/keys',
      { name: 'x', options: { strict: true } },
      'unknown_parameter',
      'options.strict',
      /strict_params/,
    ],
    ['/keys', { name: 'x', metadata: { a: 1 } }, 'invalid_type', 'metadata.a', /a string/],
    ['/limits', { metric: 'cost' }, 'missing_required_parameter', 'scope', /scope/],
    [
      '/limits',
      { scope: {}, metric: 'cost', window: 'day', amount: 1 },
      'invalid_value',
      'scope',
      /at least one/,
    ],
    [
      '/limits',
      { scope: { team: 'a' }, metric: 'cost', window: 'day', amount: 1 },
      'unknown_parameter',
      'scope.team',
      /organization/,
    ],
    [
      '/limits',
      { scope: { project: 'gone' }, metric: 'cost', window: 'day', amount: 1 },
      'invalid_value',
      'scope.project',
      /no project `gone`/,
    ],
    [
      '/limits',
      { scope: { key: 'gone' }, metric: 'cost', window: 'day', amount: 1 },
      'invalid_value',
      'scope.key',
      /no key `gone`/,
    ],
    [
      '/limits',
      { scope: { model: 'gone' }, metric: 'cost', window: 'day', amount: 1 },
      'invalid_value',
      'scope.model',
      /no model `gone`/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'cost', amount: 1 },
      'missing_required_parameter',
      'window',
      /window/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'money', window: 'day', amount: 1 },
      'invalid_value',
      'metric',
      /'cost'/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'cost', window: 'day', amount: -1 },
      'invalid_value',
      'amount',
      /USD/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'cost', window: 'day', amount: '9223372036.854775808' },
      'invalid_value',
      'amount',
      /USD/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'requests', window: 'day', amount: 1.5 },
      'invalid_value',
      'amount',
      /whole number/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'concurrent', window: 'day', amount: 1 },
      'invalid_value',
      'window',
      /no window/,
    ],
    [
      '/limits',
      { scope: { key: '*' }, metric: 'tokens', window: 'day', amount: 1, time_zone: 'Mars' },
      'invalid_value',
      'time_zone',
      /time zone/,
    ],
    ['/projects', { name: 'p', organization: 'gone' }, 'invalid_value', 'organization', /no organization/],
    ['/organizations', {}, 'missing_required_parameter', 'name', /name/],
  ])('POST %s %j: %s at %s', async (path, body, code, param, message) => {
    const answer = await admin.call('POST', path, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code, param } } });
    expect(answer.body.error.message).toMatch(message);
  });

  test.each([
    ['/keys?limit=0', 'integer_below_min_value', 'limit'],
    ['/keys?limit=many', 'invalid_type', 'limit'],
    ['/keys?statsu=active', 'unknown_parameter', 'statsu'],
    ['/keys?status=gone', 'invalid_value', 'status'],
    ['/keys?limit=1&limit=2', 'invalid_value', 'limit'],
    ['/config?a=1', 'unknown_parameter', 'a'],
    ['/requests?min_cost=cheap', 'invalid_value', 'min_cost'],
    ['/requests?from=yesterday', 'invalid_value', 'from'],
    ['/requests?state=done', 'invalid_value', 'state'],
    ['/usage?group_by=weather', 'invalid_value', 'group_by'],
    ['/usage?group_by=hour,day', 'invalid_value', 'group_by'],
    ['/usage?time_zone=Mars', 'invalid_value', 'time_zone'],
    ['/usage?from=2026-02-01&to=2026-01-01', 'invalid_value', 'from'],
    ['/usage?group_by=end_user,model', 'invalid_value', 'group_by'],
    ['/usage?group_by=model&end_user=ada', 'invalid_value', 'group_by'],
    ['/usage?group_by=hour&from=2000-01-01', 'invalid_value', 'group_by'],
    ['/usage?top=5&group_by=day', 'invalid_value', 'top'],
    ['/usage?range=7d&from=-7d', 'invalid_value', 'range'],
    ['/usage?range=8d', 'invalid_value', 'range'],
    ['/limits?key=a&project=b', 'invalid_value', 'key'],
    ['/ledger/export?format=xml', 'invalid_value', 'format'],
    ['/requests?model=%00', 'invalid_value', 'model'],
    ['/audit?action=a%00', 'invalid_value', 'action'],
    ['/keys?cursor=abc', 'invalid_value', 'cursor'],
    ['/keys?cursor=key_0123456789', 'invalid_value', 'cursor'],
    ['/requests?cursor=eyJhIjoxfQ', 'invalid_value', 'cursor'],
    ['/projects?cursor=%00', 'invalid_value', 'cursor'],
  ])('GET %s: %s at %s', async (path, code, param) => {
    expect(await admin.call('GET', path)).toMatchObject({ status: 400, body: { error: { code, param } } });
  });

  test.each([
    ['{', 400],
    ['[]', 400],
    ['"text"', 400],
    ['', 400],
  ])('a body that is no object: %j', async (body, status) => {
    expect((await admin.call('POST', '/keys', body)).status).toBe(status);
  });

  test('a body that is too large', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(300_000) });
    expect((await admin.call('POST', '/keys', body)).status).toBe(413);
  });
});
