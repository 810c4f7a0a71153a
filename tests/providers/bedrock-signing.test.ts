// Signature Version 4: the checker of the scripted Bedrock is held against Amazon's published test suite, and what the gateway
// signs against that checker.

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSigner } from '../../src/providers/bedrock/sign.ts';
import { createUpstreamTransport } from '../../src/providers/transport.ts';
import { type Keys, type SignedRequest, signatureProblem } from './wires/verify-signature.ts';

describe('the checker, by the test suite of Amazon (awslabs/aws-c-auth, aws-signing-test-suite/v4)', () => {
  const keys: Keys = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };
  const sessionToken =
    'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
  const scope = { region: 'us-east-1', service: 'service', now: Date.UTC(2015, 7, 30, 12, 36) };
  const request = (
    method: string,
    path: string,
    signed: string,
    signature: string,
    { body = '', headers = {} }: { body?: string; headers?: Record<string, string> } = {},
  ): SignedRequest => ({
    method,
    path,
    raw: Buffer.from(body),
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
    },
  });
  const plain = 'host;x-amz-date';

  test.each([
    [
      'get-vanilla',
      request('GET', '/', plain, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'),
    ],
    [
      'post-vanilla',
      request('POST', '/', plain, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'),
    ],
    // The path is encoded once more than it was sent.
    [
      'get-space-normalized',
      request(
        'GET',
        '/example space/',
        plain,
        '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
      ),
    ],
    [
      'get-utf8',
      request('GET', '/ሴ', plain, '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'),
    ],
    [
      'get-header-value-trim',
      request(
        'GET',
        '/',
        'host;my-header1;my-header2;x-amz-date',
        'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
        {
          headers: { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
        },
      ),
    ],
  ])('%s', (_, vector) => {
    expect(signatureProblem(vector, keys, scope)).toBeUndefined();
    expect(signatureProblem({ ...vector, method: 'PUT' }, keys, scope)).toContain('does not match');
    expect(signatureProblem({ ...vector, raw: Buffer.from('x') }, keys, scope)).toContain('does not match');
    expect(signatureProblem(vector, keys, { ...scope, now: scope.now + 3_600_000 })).toContain('expired');
  });

  test('post-sts-header-before', () => {
    const vector = request(
      'POST',
      '/',
      `${plain};x-amz-security-token`,
      '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
      {
        headers: { 'x-amz-security-token': sessionToken },
      },
    );
    expect(signatureProblem(vector, { ...keys, sessionToken }, scope)).toBeUndefined();
    expect(signatureProblem(vector, keys, scope)).toContain('security token');
  });
});

describe('what the gateway signs, as it arrives', () => {
  const keys: Keys = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  const scope = { region: 'ap-southeast-2', service: 'bedrock' };
  const arrived: SignedRequest[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url: path = '', headers } = request;
    arrived.push({ method, path, headers, raw: Buffer.concat(pieces) });
    response.end('{}');
  });
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const bodies = {
    'in one piece': Buffer.from('{"messages":[{"text":"Grüße"}]}'),
    'in several': [Buffer.from('{"messages":'), Buffer.from('[]}')],
    'of nothing': Buffer.alloc(0),
    'of a megabyte': Buffer.alloc(1 << 20, 'x'),
  };
  const paths = [
    '/model/anthropic.claude-v2/converse',
    '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream',
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-pro-v1%3A0/converse',
    '/prefix/model/a%28b%29%20%C3%BC~_-./converse',
  ];
  test.each(Object.entries(bodies))('a body %s', async (_, body) => {
    await using transport = createUpstreamTransport();
    for (const token of [undefined, 'IQoJb3JpZ2luX2Vj//token==']) {
      const all: Keys = { ...keys, ...(token ? { sessionToken: token } : {}) };
      const sign = createSigner(all, scope, Date.now);
      for (const path of paths) {
        const headers = { 'content-type': 'application/json', 'user-agent': 'tollgate', 'x-team': ' a  b ' };
        const call = await sign({ origin, path, headers, body });
        await new Promise<void>((resolve, reject) =>
          transport.dispatch(call, 10_000, {
            onHeaders: () => undefined,
            onData: () => undefined,
            onEnd() {
              resolve();
              return true;
            },
            onError: reject,
          }),
        );
        const request = arrived.at(-1) as SignedRequest;
        expect(request.path).toBe(path);
        expect(signatureProblem(request, all, { ...scope, now: Date.now() })).toBeUndefined();
      }
    }
  });

  test('a key that is not the one, and another region', async () => {
    const call = { origin, path: '/model/a/converse', headers: {}, body: Buffer.from('{}') };
    const { headers } = await createSigner(keys, scope, Date.now)(call);
    const request = {
      method: 'POST',
      path: call.path,
      headers: { ...headers, host: new URL(origin).host },
      raw: call.body,
    };
    const now = Date.now();
    expect(signatureProblem(request, keys, { ...scope, now })).toBeUndefined();
    expect(signatureProblem(request, { ...keys, secretAccessKey: 'other' }, { ...scope, now })).toContain(
      'does not match',
    );
    expect(signatureProblem(request, keys, { ...scope, region: 'us-east-1', now })).toContain('scoped');
  });

  test('nobody else pays for it: the signer is loaded by the first call that is signed', async () => {
    const script = `
      import { createRequire } from 'node:module';
      import { createSigner } from './src/providers/bedrock/sign.ts';
      await import('./src/providers/registry.ts');
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => /smithy/.test(path)).length;
      const sign = createSigner({ accessKeyId: 'a', secretAccessKey: 'b' }, { region: 'r', service: 's' }, Date.now);
      const before = loaded();
      await sign({ origin: 'http://h', path: '/', headers: {}, body: Buffer.alloc(0) });
      console.log(JSON.stringify([before, loaded() > 0]));
    `;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd,
    });
    expect(JSON.parse(stdout)).toEqual([0, true]);
  }, 60_000);

  test('the time is the one of the clock', async () => {
    const sign = createSigner(keys, scope, () => Date.UTC(2026, 0, 2, 3, 4, 5));
    const { headers } = await sign({ origin, path: '/', headers: {}, body: Buffer.alloc(0) });
    expect(headers['x-amz-date']).toBe('20260102T030405Z');
  });
});
