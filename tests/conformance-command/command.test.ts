// `tollgate conformance` as its users run it: what it prints, its exit codes, and what it says when there is nothing to
// test.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScriptedUpstream, startUpstream, whole } from '../support/scripted-upstream.ts';
import { runCommand } from '../support/serve-process.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { conformingModel } from './conforming-model.ts';
import { answer, header, message, put } from './lies/telling.ts';
import { type LyingProxy, startLyingProxy } from './lying-proxy.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;
let proxy: LyingProxy;

beforeAll(async () => {
  upstream = await startUpstream(conformingModel);
  gateway = await startGateway({ upstreams: [upstream.url] });
  proxy = await startLyingProxy(gateway.url);
});
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const run = (...args: string[]) => runCommand(['conformance', ...args]);
const against = (url: string, ...args: string[]) =>
  run('--base-url', url, '--api-key', gateway.key, '--model', 'test-model', ...args);

describe('a server that conforms', { timeout: 120_000 }, () => {
  test('rows by group, a summary, exit code 0, and nothing cut in a pipe', async () => {
    const { code, output } = await against(`${gateway.url}/v1`, '--only', 'stream,tools.required');
    expect(output).toContain(`test-model on ${gateway.url}/v1, 25 checks\n\nStreams, bytes\n`);
    expect(output).toMatch(
      /\n {2}✓ stream\.content-type +content-type is text\/event-stream, in UTF-8 +\d+ ms\n/,
    );
    expect(output).toMatch(/\n\nTools\n {2}✓ tools\.required .* ms\n\n25 passed, in \d+\.\d s\n$/);
    expect(output).not.toContain('\u001B');
    expect(code).toBe(0);
  });

  test('the version is added to an address without a path', async () => {
    const { code, output } = await against(`${gateway.url}/`, '--only', 'answer.json');
    expect(output).toContain(`${gateway.url}/v1, 1 check\n`);
    expect(code).toBe(0);
  });

  test('without --model: gpt-5.1 if the server lists it, else the first it lists', async () => {
    const args = ['--base-url', proxy.url, '--api-key', gateway.key, '--only', 'answer.model-echo', '--json'];
    const lists = (...ids: string[]) =>
      answer((body) => (body.object === 'list' ? { ...body, data: ids.map((id) => ({ id })) } : body));
    proxy.tell(lists('test-model', 'free-model'));
    const { code, output } = await run(...args);
    expect(JSON.parse(output)).toMatchObject({ model: 'test-model', summary: { passed: 1 } });
    expect(code).toBe(0);
    proxy.tell(lists('test-model', 'gpt-5.1'));
    expect((await run(...args)).output).toContain('cannot answer with `gpt-5.1` now');
    proxy.tell(lists());
    expect((await run(...args)).output).toContain('names no model (status 200); say which with --model.');
  });
});

describe('a server that does not', { timeout: 120_000 }, () => {
  test('says what was expected and what came, exit code 1', async () => {
    proxy.tell(message((it) => void put(it, { tool_calls: [] })));
    const { code, output } = await against(proxy.url, '--only', 'answer.no-tool-calls,answer.json');
    expect(output).toMatch(
      /✗ answer\.no-tool-calls .*\n {6}message\.tool_calls\n {8}expected no such key\n {8}got \[\]\n|✗ answer\.no-tool-calls .*\n {6}choices\[0\]\.message\.tool_calls\n {8}expected no such key\n {8}got \[\]\n/,
    );
    expect(output).toContain('1 passed, 1 failed that must hold');
    expect(code).toBe(1);
  });

  test('what only should hold fails the command with --strict alone', async () => {
    proxy.tell(header('cache-control', undefined));
    const args = [proxy.url, '--only', 'stream.unbuffered'] as const;
    const lenient = await against(...args);
    expect(lenient.output).toContain('! stream.unbuffered');
    expect(lenient.output).toContain('0 passed, 1 failed that should');
    expect(lenient.code).toBe(0);
    expect((await against(...args, '--strict')).code).toBe(1);
  });

  test('--json: all of it, for machines', async () => {
    proxy.tell(header('cache-control', undefined));
    const { output } = await against(
      proxy.url,
      '--only',
      'stream.unbuffered',
      '--only',
      'stream.done',
      '--json',
    );
    const results = JSON.parse(output);
    expect(results).toMatchObject({
      base_url: `${proxy.url}/v1`,
      model: 'test-model',
      summary: { passed: 1, failed: { must: 0, should: 1 }, skipped: 0 },
      checks: [
        {
          id: 'stream.unbuffered',
          severity: 'should',
          contract: '3, 6.11',
          result: 'fail',
          mismatches: [{ at: 'cache-control', expected: 'no-cache', actual: '"none"' }],
        },
        { id: 'stream.done', result: 'pass' },
      ],
    });
  });

  test('--markdown: tables, with what is wrong below', async () => {
    proxy.tell(header('cache-control', undefined));
    const { output } = await against(proxy.url, '--only', 'stream.unbuffered,error.too-large', '--markdown');
    expect(output).toBe(`## Streams, bytes

| check | what holds | severity | contract | result |
|---|---|---|---|---|
| \`stream.unbuffered\` | cache-control and x-accel-buffering keep proxies from storing it | should | 3, 6.11 | fail |

- \`stream.unbuffered\`, cache-control: expected no-cache, got "none"

## Errors

| check | what holds | severity | contract | result |
|---|---|---|---|---|
| \`error.too-large\` | a body above the limit: 413 request_too_large in JSON | should | 4 | skip: sends 34 MiB; ask for it with --large |
`);
  });

  test('a capability that is refused is skipped with the words of the server, and they cannot move the cursor', async () => {
    const error = {
      message: 'No tools\u001B[2J here.',
      type: 'invalid_request_error',
      param: 'tools',
      code: null,
    };
    upstream.next(conformingModel, whole({ error }, 400));
    const { code, output } = await against(gateway.url, '--only', 'tools.required,tools.call');
    expect(output).toMatch(
      /- tools\.required .*\n {6}skipped: the server refuses tools: .*No tools ?\[2J here\./,
    );
    expect(output).toMatch(/- tools\.call .*\n {6}skipped, as above\n/);
    expect(output).not.toContain('\u001B');
    expect(code).toBe(0);
  });
});

describe('nothing to test: one line that says why', { timeout: 120_000 }, () => {
  test.each([
    [
      'nobody listens',
      () => ['--base-url', 'http://127.0.0.1:1/v1'],
      /^tollgate conformance: http:\/\/127\.0\.0\.1:1\/v1 does not answer: connect ECONNREFUSED 127\.0\.0\.1:1\.\n$/,
    ],
    ['no key', () => ['--base-url', gateway.url], /wants a key: give one with --api-key \(401: .*\)\.\n$/],
    [
      'a wrong key',
      () => ['--base-url', gateway.url, '--api-key', 'sk-wrong', '--model', 'test-model'],
      /does not accept the key \(401: .*\)\.\n$/,
    ],
    [
      'an unknown model',
      () => ['--base-url', gateway.url, '--api-key', gateway.key, '--model', 'nope'],
      /has no chat completions of `nope` \(404: .*\)\.\n$/,
    ],
    [
      'a model that is down',
      () => ['--base-url', gateway.url, '--api-key', gateway.key, '--model', 'unpriced-model'],
      /cannot answer with `unpriced-model` now \(503: .*\)\.\n$/,
    ],
  ])('%s', async (_, args, expected) => {
    const { code, output } = await run(...args());
    expect(output).toMatch(expected);
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
});

describe('wrong use: exit code 2', { timeout: 60_000 }, () => {
  test.each([
    [['--base-url', 'ftp://x'], '--base-url must be an http or https address without query'],
    [['--base-url', 'http://x/v1?a=1'], '--base-url must be an http or https address without query'],
    [['--only', 'str'], 'there is no check `str`. Groups are answer, stream,'],
    [['--only', ','], 'there is no check'],
    [['--timeout', '0'], '--timeout must be a number of seconds'],
    [['--timeout', 'soon'], '--timeout must be a number of seconds'],
    [['--json', '--markdown'], '--json and --markdown exclude each other'],
    [['all'], "Unexpected argument 'all'"],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j', async (args, expected) => {
    const { code, output } = await run(...args);
    expect(output).toContain(expected);
    expect(output).toContain('See `tollgate help conformance`.');
    expect(code).toBe(2);
  });

  test('--list asks no server; the help names every option', async () => {
    const { code, output } = await run('--list', '--only', 'n');
    expect(output).toMatch(/^CHECK +SEVERITY +CONTRACT +WHAT HOLDS\nn\.choices +must +1, 6\.15 +n: as many/);
    expect(code).toBe(0);
    expect(JSON.parse((await run('--list', '--json', '--only', 'n')).output)).toHaveLength(3);
    const help = (await runCommand(['help', 'conformance'])).output;
    for (const option of [
      'base-url',
      'api-key',
      'model',
      'only',
      'timeout',
      'strict',
      'large',
      'list',
      'json',
      'markdown',
    ])
      expect(help).toContain(`--${option}`);
  });
});
