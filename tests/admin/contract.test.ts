// The contract is what really happens: answers of a real gateway fit the schemas that the document shows.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedEndpoints } from '../../scripts/admin-doc.ts';
import { ask, configOf } from '../support/start-gateway.ts';
import { type Person, setUp } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let ada: Person;
const ids: Record<string, string> = {};
beforeAll(async () => {
  const server = { time_zone: 'America/New_York' };
  admin = await startAdmin({ server });
  const upstreams = [admin.upstream.url];
  await admin.gateway.configure({ ...configOf({ upstreams, server }), logging: { content: 'all' } });
  ids.key = (await admin.post('/keys', { name: 'k', allowed_ips: ['127.0.0.1', '::1'], options: {} })).id;
  await admin.post(`/keys/${ids.key}/rotate`);
  await admin.post('/organizations', { name: 'acme', metadata: { a: 'b' } });
  ids.project = (await admin.post('/projects', { name: 'p', organization: 'acme' })).id;
  const limit = { window: 'month', amount: '12.5' };
  ids.limit = (await admin.post('/limits', { scope: { project: 'p' }, metric: 'cost', ...limit })).id;
  await admin.post('/limits', { scope: { key: '*' }, metric: 'cost', ...limit });
  ada = await setUp(admin);
  await (await admin.gateway.chat(ask({ user: 'ada' }))).text();
  await admin.gateway.ledger();
  const [row] = (await admin.get('/requests')).data;
  ids.request = row.id;
  // What is said is written after the answer.
  while ((await admin.get(`/requests/${row.id}`)).content !== 'kept') await delay(20);
  ids.version = row.price_version;
}, 60_000);
afterAll(() => admin[Symbol.asyncDispose]());

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
/** What `{id}` and its like stand for, by the first step of the path. */
const examples: Readonly<Record<string, () => string>> = {
  keys: () => ids.key ?? '',
  projects: () => ids.project ?? '',
  organizations: () => 'acme',
  limits: () => ids.limit ?? '',
  requests: () => ids.request ?? '',
  models: () => 'test-model',
  providers: () => 'first',
  prices: () => ids.version ?? '',
  members: () => 'ada@example.com',
};

const readable = documentedEndpoints().filter(({ method, answer }) => method === 'GET' && answer);

describe('the answer of', () => {
  test.each(readable)('GET $path fits its schema, and has no field beside it', async ({ path, answer }) => {
    const resource = path.split('/')[1] ?? '';
    const filled = path.replace(/\{\w+\}/, () => encodeURIComponent(examples[resource]?.() ?? ''));
    // One's own session is a member's: the token is nobody in particular.
    const body = /^sessions?$/.test(resource)
      ? (await ada.call('GET', filled)).body
      : await admin.get(filled);
    const validate = ajv.compile(closed(answer as object));
    validate(body);
    expect(validate.errors ?? []).toEqual([]);
  });
});

test('the OpenAPI document is valid, is there without a token, and has every endpoint', async () => {
  const response = await fetch(`${admin.gateway.url}/admin/openapi.json`);
  const document = (await response.json()) as { paths: Record<string, object> };
  expect(response.status).toBe(200);
  for (const { method, path } of documentedEndpoints()) {
    expect(document.paths[`/admin/v1${path}`]).toHaveProperty(method.toLowerCase());
  }
  const file = join(admin.gateway.folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const linter = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
  const rules = fileURLToPath(new URL('../reference/redocly.yaml', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [linter, 'lint', file, '--config', rules, '--format=json'],
    { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
  ).catch((error: { stdout: string }) => error);
  const { problems } = JSON.parse(stdout) as { problems: { ruleId: string; message: string }[] };
  expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
}, 120_000);

/** Every object of known members takes no others. */
function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_, value) =>
    value !== null && typeof value === 'object' && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  );
}
