// How the gateway serves the console: the page under a strict policy with a nonce of its own, files that are kept or asked
// for anew, and never in the place of an answer of the API.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consolePages } from '../../src/http/console/paths.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { builtConsole } from './built-console.ts';
import { type RawAnswer, rawGet } from './raw-get.ts';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('the console', { timeout: 180_000 }, () => {
  let gateway: TestGateway;
  let folder: string;
  beforeAll(async () => {
    folder = await builtConsole();
    gateway = await startGateway({ upstreams: ['http://127.0.0.1:9/v1'], consoleFolder: folder });
  });
  afterAll(() => gateway?.[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = browser, method = 'GET') =>
    rawGet(`${gateway.url}${path}`, headers, method);
  const page = async () => (await get('/')).text;
  const assetOf = async (kind: 'js' | 'css') =>
    new RegExp(`/assets/[^"]+\\.${kind}`).exec(await page())?.[0] ?? '';

  it.each(consolePages.map((path) => path.replace('*', 'some%2Fname')))('is at %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text).toContain('<div id="app">');
  });

  it('has a policy without exceptions and a nonce of its own', async () => {
    const [first, second] = [await get('/'), await get('/')];
    const policy = String(first.headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
    expect(first.text).toContain(nonce);
    expect(first.text).not.toContain('NONCE');
    expect(second.text).not.toContain(nonce);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(first.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('has nothing inline and nothing from elsewhere', async () => {
    const html = await page();
    expect(html.replaceAll(/<script[^>]* src="\/[^"]+"[^>]*><\/script>/g, '')).not.toContain('<script');
    expect(html).not.toMatch(/<style|\son\w+=|https?:\/\//);
  });

  it('gives an API client with a wrong base URL the error of the API', async () => {
    for (const accept of ['application/json', '*/*', 'text/html;q=0, application/json']) {
      const answer = await get('/models', { accept });
      expect(answer.status, accept).toBe(404);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'unknown_url' } });
    }
    expect((await get('/models', {})).status).toBe(404);
    const posted = await get('/chat/completions', browser, 'POST');
    expect(JSON.parse(posted.text)).toMatchObject({ error: { code: 'unknown_url' } });
  });

  it('tells a browser that was sent astray so, on a page', async () => {
    const answer = await get('/nothing-here?x=1');
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    for (const path of ['/v1/nothing', '/v1', '/admin/nothing', '/docs/nothing', '/assets/nothing.js']) {
      const { status, headers } = await get(path);
      expect([status, headers['content-type']], path).toEqual([404, 'application/json; charset=utf-8']);
    }
  });

  it('greets whoever asks for the root, whatever they accept', async () => {
    for (const headers of [{ accept: '*/*' }, {}]) expect((await get('/', headers)).status).toBe(200);
    expect((await get('/', { accept: 'application/json' })).status).toBe(404);
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['identity', (bytes: Buffer) => bytes],
  ] as const)('sends assets as %s, to be kept for ever', async (coding, open) => {
    const path = await assetOf('js');
    const answer = await get(path, { 'accept-encoding': coding });
    expect(answer.headers['content-encoding']).toBe(coding === 'identity' ? undefined : coding);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.vary).toBe('accept-encoding');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(open(answer.bytes).equals(await readFile(join(folder, path)))).toBe(true);
  });

  it('knows what a browser has already', async () => {
    const path = await assetOf('css');
    const { headers } = await get(path, { 'accept-encoding': 'br' });
    const again = await get(path, { 'accept-encoding': 'br', 'if-none-match': `W/"x", ${headers.etag}` });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    // A stored answer in another coding is another representation (RFC 9110 section 8.8.3).
    const other = await get(path, { 'accept-encoding': 'gzip', 'if-none-match': String(headers.etag) });
    expect(other.status).toBe(200);
  });

  it('asks anew for files whose names stay', async () => {
    const { headers } = await get('/theme.js', {});
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers.etag).toBeTruthy();
  });

  it('answers HEAD without a body', async () => {
    for (const path of ['/', await assetOf('js')]) {
      const answer = await get(path, browser, 'HEAD');
      expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
      expect(Number(answer.headers['content-length'])).toBeGreaterThan(100);
    }
  });

  it.each([
    '/assets/../index.html',
    '/assets/..%2f.stamp',
    '/assets/%2e%2e/.stamp',
    '/assets/..%5c..%5cpackage.json',
    '/assets/nothing-there.js',
    '/assets/',
    '/.stamp',
    '/index.html',
  ])('has nothing at %s', async (path) => {
    const answer = await get(path, {});
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'unknown_url' } });
  });
});

describe('an installation without the built console', () => {
  it('says so in plain words, and what is built later is served', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tollgate-console-'));
    await using gateway = await startGateway({ upstreams: ['http://127.0.0.1:9/v1'], consoleFolder: folder });
    const open = (): Promise<RawAnswer> => rawGet(gateway.url, browser);
    const before = await open();
    expect(before.status).toBe(503);
    expect(before.text).toContain('The console is not there yet');
    expect((await rawGet(`${gateway.url}/assets/x.js`, {})).status).toBe(404);
    expect((await rawGet(`${gateway.url}/health`, {})).status).toBe(200);

    await writeFile(join(folder, 'theme.js'), 'one();');
    await writeFile(join(folder, 'index.html'), '<html>first NONCE-OF-THIS-ANSWER</html>');
    expect((await open()).text).toMatch(/^<html>first [\w+/]{22}==<\/html>$/);
    expect((await rawGet(`${gateway.url}/theme.js`, {})).text).toBe('one();');
    await writeFile(join(folder, 'index.html'), '<html>second</html>');
    expect((await open()).text).toBe('<html>second</html>');
    await rm(folder, { recursive: true });
  });
});
