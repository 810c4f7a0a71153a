// `tollgate import litellm` as operators run it: the file, what is said beside it, the exit codes; and the result at work.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { goodStream, startUpstream, stream } from '../support/scripted-upstream.ts';
import { runCommand } from '../support/serve-process.ts';

let folder: string;
let input: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-import-'));
  input = join(folder, 'config.yaml');
  output = join(folder, 'tollgate.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCommand(['import', ...args], { TOLLGATE_DATA: join(folder, 'data'), ...environment });
const there = (path: string) => stat(path).then(Boolean, () => false);

const small = `
model_list:
  - model_name: m
    litellm_params: { model: anthropic/claude-x, api_key: os.environ/CLAUDE_KEY, rpm: 5, temperature: 1 }
  - model_name: m
    litellm_params: { model: anthropic/claude-y, api_key: os.environ/CLAUDE_KEY, rpm: 9 }
`;

describe('tollgate import litellm', { timeout: 120_000 }, () => {
  test('what is imported answers: two servers behind one name', async () => {
    await using upstream = await startUpstream(stream(goodStream('OK')));
    await writeFile(
      input,
      `
model_list:
  - model_name: m
    litellm_params: { model: openai/one, api_base: "${upstream.url}", api_key: os.environ/UPSTREAM_KEY }
  - model_name: m
    litellm_params: { model: hosted_vllm/two, api_base: os.environ/UPSTREAM_URL }
`,
    );
    const environment = { UPSTREAM_KEY: 'sk-upstream', UPSTREAM_URL: upstream.url };
    const imported = await run(['litellm', input, '--output', output], environment);
    expect(imported.code, imported.output).toBe(0);
    const tested = await runCommand(['providers', 'test', '--config', output], environment);
    expect(tested.code, tested.output).toBe(0);
    const seen = upstream.requests.map(({ body, headers }) =>
      `${body.model} ${headers.authorization ?? ''}`.trim(),
    );
    expect(seen.sort()).toEqual(['one Bearer sk-upstream', 'two']);
  });

  test('says what was left out with its place, notes that are alike together, and which variables are not set', async () => {
    await writeFile(input, small);
    const { code, output: said } = await run(['litellm', input, '-o', output]);
    expect(code).toBe(0);
    expect(said).toMatch(
      /Not carried over:\n {2}model_list\[0\]\.litellm_params\.rpm, model_list\[1\]\.litellm_params\.rpm\n {4}Limits /,
    );
    expect(said).toMatch(/ {2}model_list\[0\]\.litellm_params\.temperature\n {4}Tollgate sets no defaults/);
    expect(said).toContain(`${output} has 1 model.`);
    expect(said).toContain('It takes from the environment: CLAUDE_KEY (not set here).');
    const again = await run(['litellm', input, '-o', '-'], { CLAUDE_KEY: 'k' });
    expect(again.output).toContain(await readFile(output, 'utf8'));
    expect(again.output).toContain('It takes from the environment: CLAUDE_KEY.');
  });

  test('a file that is there stays, unless --force', async () => {
    await writeFile(input, small);
    await writeFile(output, 'precious');
    const refused = await run(['litellm', input, '--output', output]);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`${output} is there already`);
    expect(refused.output).toContain('--force');
    expect(refused.output).not.toContain('Not carried over');
    expect(await readFile(output, 'utf8')).toBe('precious');
    expect((await run(['litellm', input, '--output', output, '--force'])).code).toBe(0);
    expect(await readFile(output, 'utf8')).toContain('claude-x');
  });

  test('an environment the gateway could not start with is told, and the file is written all the same', async () => {
    await writeFile(input, small);
    const { code, output: said } = await run(['litellm', input, '-o', output], { TOLLGATE_PORT: 'x' });
    expect(code, said).toBe(0);
    expect(said).toContain('It takes from the environment: CLAUDE_KEY.');
    expect(said).toMatch(/With this environment it cannot be used yet:\nTOLLGATE_PORT must be/);
    expect(await there(output)).toBe(true);
  });

  test.skipIf(process.platform === 'win32')('a file with keys in it is for its owner only', async () => {
    await writeFile(
      input,
      'model_list: [ { model_name: m, litellm_params: { model: openai/x, api_key: sk-0123456789abcdef } } ]',
    );
    const { output: said } = await run(['litellm', input, '-o', output]);
    expect((await stat(output)).mode & 0o777).toBe(0o600);
    expect(said).not.toContain('sk-0123456789abcdef');
    expect(said).toContain('The key stands in the new file');
  });

  test.each([
    [
      'not YAML',
      'model_list: [',
      /config\.yaml cannot be imported: it is not valid YAML: see line 1, column/,
    ],
    ['no model_list', 'a: 1', /it has no `model_list`/],
    [
      'no model that can be carried over',
      'model_list: [ { model_name: m, litellm_params: { model: nobody/x } } ]',
      /none of its models can be carried over\.\n {2}model_list\[0\]\.litellm_params\.model: .*`nobody`/,
    ],
    ['not UTF-8', Buffer.from([0xff, 0xfe, 0x41]), /it is not text in UTF-8/],
  ])('%s: exit code 1, nothing written', async (_, content, says) => {
    await writeFile(input, content);
    const { code, output: said } = await run(['litellm', input, '-o', output]);
    expect(said).toMatch(says);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
    expect(await there(output)).toBe(false);
  });

  test('files that are not there', async () => {
    expect(await run(['litellm', input])).toMatchObject({
      code: 1,
      output: expect.stringContaining('does not exist'),
    });
    await writeFile(input, small);
    const nowhere = await run(['litellm', input, '-o', join(folder, 'none', 'x.yaml')]);
    expect(nowhere).toMatchObject({ code: 1, output: expect.stringContaining('cannot be written') });
  });

  test.each([
    [[], /say litellm/],
    [['portkey', 'x'], /`portkey` cannot be imported, only `litellm`/],
    [['litellm'], /say which file/],
    [['litellm', 'a', 'b'], /`b` is one argument too many/],
  ])('%j is wrong use', async (args, says) => {
    const { code, output: said } = await run(args);
    expect(said).toMatch(says);
    expect(code).toBe(2);
  });
});
