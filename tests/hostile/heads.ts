// Requests with damaged heads and framing: methods, paths, headers, lengths that lie, both framings at once, several
// requests in one packet, clients that trickle, half-close or hang up.
import { cutAt, mutateBytes, randomCuts } from './mutate-bytes.ts';
import type { Random } from './random.ts';
import type { RawScript } from './raw-client.ts';

export interface HeadInput {
  readonly script: RawScript;
  /** Text that must never reach the upstream: it stands behind framing that contradicts itself. */
  readonly smuggled?: string;
}

const methods = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'post',
  'BREW',
  'M-SEARCH',
  '',
  'P\0ST',
  'X'.repeat(5000),
] as const;
const paths = [
  '/v1/chat/completions',
  '/v1/chat/completions',
  '/v1/chat/completions?a=b',
  '/v1/chat/completions/',
  '//v1/chat/completions',
  '/v1/./chat/../chat/completions',
  '/v1/chat%2Fcompletions',
  '/V1/Chat/Completions',
  '/v1/chat/completions#x',
  '/v1/chat/completions;a=b',
  'http://example.com/v1/models',
  'http://[/v1/models',
  '*',
  '',
  'x',
  '/',
  '/%',
  '/%00',
  '/%zz',
  '/%c0%af',
  '/v1/models',
  '/v1/models/test-model',
  '/v1/models/%E6%A8%A1%E5%9E%8B',
  '/v1/models/%ff',
  '/v1/models/a%0d%0ax-injected:%201',
  '/v1/models/../../etc/passwd',
  `/v1/models/${'%2F'.repeat(200)}`,
  `/v1/models/${'y'.repeat(600)}`,
  '/__proto__',
  '/constructor',
  '/health',
  '/ready',
  '/docs',
  '/openapi.json',
  '/v1/models/\xe6\xa8',
  '/a b',
  `/${'y'.repeat(8000)}`,
  `/?${'y'.repeat(20_000)}`,
] as const;
const versions = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/1.2',
  'HTTP/1.1 ',
  'http/1.1',
  '',
] as const;

const oddHeaders = [
  'content-type: text/plain',
  'content-type: application/json; charset=utf-16',
  'content-type: application/json\r\ncontent-type: text/html',
  'content-type: ,',
  'Content-Type:application/json',
  'content-encoding: gzip',
  'content-encoding: identity',
  'expect: 100-continue',
  'expect: 200-ok',
  'upgrade: websocket\r\nconnection: upgrade',
  'upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAAP__',
  'connection: close',
  'connection: content-length',
  'accept-encoding: gzip, br',
  'x-request-id: mine\r\nx-request-id: mine2',
  'x-forwarded-for: 127.0.0.1',
  'x-http-method-override: DELETE',
  'te: trailers\r\ntrailer: authorization',
  'host: other',
  'host : spaced',
  ' folded: line',
  'x: a\r\n b',
  'x: \0',
  'x: \x7f',
  'x\xff: y',
  'no-colon',
  ': no name',
  'x: \n y',
  `x: ${'y'.repeat(4000)}`,
  `x: ${'y'.repeat(17_000)}`,
  Array.from({ length: 150 }, (_, index) => `x${index}: y`).join('\r\n'),
  Array.from({ length: 2500 }, () => 'a:').join('\r\n'),
  `cookie: ${'a=b; '.repeat(500)}`,
  '__proto__: x',
  'constructor: x',
] as const;

const contradictions = [
  (length: number) => `content-length: ${length}\r\ntransfer-encoding: chunked`,
  (length: number) => `transfer-encoding: chunked\r\ncontent-length: ${length}`,
  (length: number) => `content-length: ${length}\r\ncontent-length: 5`,
  (length: number) => `content-length: ${length}\r\ntransfer-encoding : chunked`,
  (length: number) => `content-length: ${length}\r\ntransfer-encoding:\x0bchunked`,
  (length: number) => `content-length: ${length}\r\ntransfer-encoding: xchunked`,
  (length: number) => `content-length: ${length}\r\ntransfer-encoding: chunked, identity`,
  (length: number) => `content-length: ${length}, 5`,
  (length: number) => `content-length: +${length}`,
  (length: number) => `content-length: 0x${length.toString(16)}`,
  () => 'content-length: -1',
  () => 'content-length: 99999999999999999999',
  () => 'transfer-encoding: identity',
] as const;

export function headInput(random: Random, key: string, body: string): HeadInput {
  const kind = random.below(10);
  if (kind === 0) return smuggling(random, key, body);
  if (kind === 1) return pipelined(random, key, body);
  if (kind === 2) return chunked(random, key, body);
  if (kind === 3) return cutShort(random, key, body);
  if (kind === 4) {
    const bytes = Buffer.from(requestText(key, body, [lengthOf(body)]), 'latin1');
    return { script: script(random, mutateBytes(bytes, random)) };
  }
  const method = random.chance(0.6) ? 'POST' : random.pick(methods);
  const path = random.pick(paths);
  const version = random.chance(0.8) ? 'HTTP/1.1' : random.pick(versions);
  const headers = [lengthOf(body)];
  if (random.chance(0.9)) headers.unshift('host: x');
  if (random.chance(0.8)) headers.unshift(`authorization: ${authorization(random, key)}`);
  for (let left = random.below(3); left > 0; left--) headers.push(random.pick(oddHeaders));
  const text = `${method} ${path} ${version}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
  return { script: script(random, Buffer.from(text, 'latin1'), method) };
}

function authorization(random: Random, key: string): string {
  return random.pick([
    `Bearer ${key}`,
    `Bearer ${key}`,
    `bearer   ${key}  `,
    `Bearer\t${key}`,
    `Bearer ${key}\r\nauthorization: Bearer ${key}`,
    `Bearer ${key}x`,
    `Bearer ${key.slice(0, -1)}`,
    `Bearer ${key.toUpperCase()}`,
    `Bearer ${key} ${key}`,
    `Basic ${Buffer.from(`:${key}`).toString('base64')}`,
    'Bearer',
    'Bearer ',
    '',
    'Bearer sk-tg-\xff\xfe',
    'Bearer __proto__',
    `Bearer ${'x'.repeat(7000)}`,
    key,
  ]);
}

const lengthOf = (body: string) => `content-length: ${body.length}`;

function requestText(key: string, body: string, headers: readonly string[]): string {
  const lines = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: x',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function script(random: Random, bytes: Buffer, method = 'POST', expected = 1): RawScript {
  const trickles = random.chance(0.15);
  return {
    pieces: trickles ? cutAt(bytes, randomCuts(bytes.length, random)) : [bytes],
    pauseMs: trickles ? random.below(4) : 0,
    ending: random.pick(['wait', 'wait', 'wait', 'wait', 'wait', 'wait', 'half-close', 'reset']),
    method,
    expected,
  };
}

/** One body for two readers: an outer request whose end is told twice, and another request in what may be its body. */
function smuggling(random: Random, key: string, body: string): HeadInput {
  const smuggled = `smuggled-${random.below(1e9)}`;
  const inner = requestText(key, body, [lengthOf(body)]).replace(/mark-[0-9a-z-]+/, smuggled);
  const payload = `0\r\n\r\n${inner}`;
  const text = requestText(key, payload, [random.pick(contradictions)(payload.length)]);
  return {
    script: { ...script(random, Buffer.from(text, 'latin1')), ending: 'wait', expected: 3 },
    smuggled,
  };
}

function pipelined(random: Random, key: string, body: string): HeadInput {
  const count = 2 + random.below(4);
  const all = Array.from({ length: count }, () =>
    random.chance(0.7)
      ? requestText(key, body, [lengthOf(body)])
      : 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n',
  );
  return {
    script: script(random, Buffer.from(all.join(random.pick(['', '', '\r\n'])), 'latin1'), 'POST', count),
  };
}

function chunked(random: Random, key: string, body: string): HeadInput {
  const at = random.below(body.length);
  const size = (text: string) => text.length.toString(16);
  const [before, after] = [body.slice(0, at), body.slice(at)];
  const chunks = [before, after].filter((text) => text !== '');
  const written = chunks.map(
    (text) =>
      `${random.pick(['', '', '', '0', 'g', '-', ' '])}${size(text)}${random.pick(['', '', '', ';a=b', ` ;${'y'.repeat(300)}`, ';'.repeat(20_000)])}\r\n${text}${random.pick(['\r\n', '\r\n', '\r\n', '\n', ''])}`,
  );
  const last = random.pick([
    '0\r\n\r\n',
    '0\r\n\r\n',
    '0\r\nauthorization: Bearer x\r\ncontent-length: 1\r\n\r\n',
    '00000000000000000000\r\n\r\n',
    '',
    '0\r\n',
  ]);
  const text = requestText(key, written.join('') + last, ['transfer-encoding: chunked']);
  return { script: script(random, Buffer.from(text, 'latin1')) };
}

/** Announces more than it sends, or less. */
function cutShort(random: Random, key: string, body: string): HeadInput {
  const announced = random.pick([0, 1, body.length - 1, body.length + 1, body.length + 5000, 40_000_000]);
  const text = requestText(key, body, [`content-length: ${announced}`]);
  return { script: script(random, Buffer.from(text, 'latin1')) };
}
