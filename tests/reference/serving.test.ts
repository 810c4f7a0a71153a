// How /docs and /openapi.json are served: lazily, compressed, with validators, closed to everything from elsewhere.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageFiles, referencePaths } from '../../src/http/reference/paths.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  // No provider and no embedded model: reading needs neither.
  gateway = await startGateway({ upstreams: ['http://127.0.0.1:9/v1'] });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const decoders: Record<string, (body: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (body) => body,
};

describe.each(referencePaths)('%s', (path) => {
  it('is the same in every coding, and known again by its validator', async () => {
    const plain = await get(path);
    expect(plain.status).toBe(200);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toBe('accept-encoding');
    for (const [coding, decode] of Object.entries(decoders)) {
      const answer = await get(path, { 'accept-encoding': coding });
      expect(decode(answer.body).equals(plain.body), coding).toBe(true);
      expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
      const etag = String(answer.headers.etag);
      const again = await get(path, { 'accept-encoding': coding, 'if-none-match': `"other", W/${etag}` });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
    }
    const changed = await get(path, { 'if-none-match': '"other"' });
    expect(changed.status).toBe(200);
  });

  it('lets nothing in from elsewhere', async () => {
    const { headers } = await get(path);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-request-id']).toMatch(/^req_/);
  });

  it('answers HEAD with the same headers, and nothing else than GET', async () => {
    const whole = await get(path);
    const head = await get(path, {}, 'HEAD');
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe(whole.headers['content-length']);
    expect(head.headers.etag).toBe(whole.headers.etag);
    const post = await get(path, {}, 'POST');
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

it('serves every file of the page, and no other', async () => {
  const folder = new URL('../../src/http/reference/page/', import.meta.url);
  const files = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));
  expect([...pageFiles].sort()).toEqual(files.sort());
  expect((await get('/docs/nothing.js')).status).toBe(404);
  expect((await get('/docs/../package.json')).status).toBe(404);
  expect((await get('/docs/')).status).toBe(200);
});

it('names nothing of another origin in the page', async () => {
  const page = (await get('/docs')).body.toString();
  expect(page).toContain('<h1>API reference</h1>');
  const addresses = [...page.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '');
  expect(addresses.filter((address) => !/^(?:#|\/docs\/|\/openapi\.json$)/.test(address))).toEqual([]);
  expect(page).not.toMatch(/<script>|<style|\son\w+="|\sstyle="/);
  for (const address of addresses.filter((target) => target.startsWith('#'))) {
    expect(page).toContain(`id="${address.slice(1)}"`);
  }
  const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
  expect(ids.length).toBe(new Set(ids).size);
});

it('gives /openapi.json the version of the gateway', async () => {
  const answer = await get('/openapi.json');
  const health = JSON.parse((await get('/health')).body.toString());
  expect(answer.headers['content-type']).toContain('application/json');
  expect(JSON.parse(answer.body.toString()).info.version).toBe(health.version);
});

it('costs a gateway that nobody reads about nothing: its modules come with the first request', async () => {
  const [server, reference] = ['server.ts', 'reference/reference.ts'].map(
    (file) => new URL(`../../src/http/${file}`, import.meta.url).href,
  );
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(server)});
    const early = loaded.filter((url) => /reference.(reference|openapi|render)|chat-answer|brotli/.test(url));
    await import(${JSON.stringify(reference)});
    console.log(JSON.stringify({ early, later: loaded.includes(${JSON.stringify(reference)}) }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(JSON.parse(stdout)).toEqual({ early: [], later: true });
});

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** As the bytes come: `fetch` would decode them, and tidy the path. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: gateway.port, path, headers, method }, async (answer) => {
      const pieces: Buffer[] = [];
      for await (const piece of answer) pieces.push(piece);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) });
    });
    sent.on('error', reject);
    sent.end();
  });
}
