// `tollgate secrets` as operators run it: what is stored, what is refused with which words, and the exit codes.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../support/serve-process.ts';
import { setByPipe } from './set-by-pipe.ts';

const value = 'sk-command-0123456789abcdefghij';
const command = fileURLToPath(new URL('../../bin/tollgate.mjs', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-secrets-command-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const environment = (more: Record<string, string> = {}) => ({
  TOLLGATE_DATA: join(folder, 'data'),
  TOLLGATE_CONFIG: join(folder, 'tollgate.yaml'),
  ...more,
});
const configure = (text: string) => writeFile(join(folder, 'tollgate.yaml'), text);
const run = (args: readonly string[], more: Record<string, string> = {}) =>
  runCommand(['secrets', ...args], environment(more));
const set = (name: string, text = value, ...more: string[]) => setByPipe(name, text, environment(), ...more);
const key = (fill: number) =>
  Buffer.from(Array.from({ length: 32 }, (_, at) => (at * fill) % 256)).toString('base64');

describe('set', { timeout: 120_000 }, () => {
  beforeEach(() => configure(`providers: { one: { type: openai, api_key: "\${secret:USED}" } }\n`));

  test('stores, says where it is used, and makes the key once, for its owner alone', async () => {
    const first = await set('USED');
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain('Stored `USED`. A running gateway takes it over within two seconds: one.');
    expect(first.output).toContain(`Made the master key: ${join(folder, 'data', 'secret.key')}`);
    expect(statSync(join(folder, 'data', 'secret.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    const again = await set('USED', `${value}-anew`);
    expect(again.output).toBe('Replaced `USED`. A running gateway takes it over within two seconds: one.\n');
    const other = await set('OTHER');
    expect(other.output).toBe(`Stored \`OTHER\`. Use it in tollgate.yaml as "\${secret:OTHER}".\n`);
  });

  test.each([
    ['nothing', '', 'the value is empty'],
    ['two lines', `${value}\nmore`, 'more than one line'],
    ['a letter outside ASCII', `${value}é`, 'outside ASCII'],
    ['a control character', `sk-\u0007${value}`, 'control character'],
    ['too much', 'x'.repeat(20_000), 'more than 16384 characters'],
  ])('refuses %s, and repeats nothing of it', async (_, text, message) => {
    const { code, output } = await set('USED', text);
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toContain(value);
    expect((await run(['list'])).output).toContain('There are no stored secrets yet.');
  });

  test('takes no value from the arguments, and no key for a name', async () => {
    const argument = await run(['set', 'USED', value]);
    expect(argument.code).toBe(2);
    expect(argument.output).toContain('not taken from the command line');
    const swapped = await run(['set', value]);
    expect(swapped.code).toBe(2);
    expect(swapped.output).toContain('looks like a key');
    for (const { output } of [argument, swapped]) expect(output).not.toContain(value);
    expect((await run(['set', '../x'])).output).toContain('a name has 1 to 64 letters');
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('with a variable no key file is made; a passphrase is refused before anything is opened', async () => {
    const phrase = await run(['list'], { TOLLGATE_SECRET_KEY: 'correct-horse-battery' });
    expect(phrase.code).toBe(1);
    expect(phrase.output).toContain('TOLLGATE_SECRET_KEY is no master key.');
    expect(phrase.output).not.toContain('correct-horse');
    const keyed = await setByPipe('USED', value, environment({ TOLLGATE_SECRET_KEY: key(7) }));
    expect(keyed.output).not.toContain('Made the master key');
    expect(existsSync(join(folder, 'data', 'secret.key'))).toBe(false);
    // Another key by mistake: nothing is stored beside what cannot be read.
    const wrong = await setByPipe('OTHER', value, environment({ TOLLGATE_SECRET_KEY: key(11) }));
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('nothing was stored, since the master key may be the wrong one: `USED`');
    const list = await run(['list'], { TOLLGATE_SECRET_KEY: key(11) });
    expect(list.output).toMatch(/USED {2,}… {2,}.* one {2,}NO/);
    expect(list.output).toContain('it was encrypted under another master key');
  });
});

test('list tells names, ends, uses, and what is missing', { timeout: 120_000 }, async () => {
  await configure(`providers:
  one: { type: openai, api_keys: ["\${secret:A}", "\${secret:B}"] }
  two: { type: anthropic, api_key: "\${secret:A}", headers: { x-team: "\${secret:GONE}" } }
`);
  await set('A', value);
  await set('B', 'short');
  await set('C', value);
  const { output } = await run(['list']);
  expect(output).toMatch(/^A {2,}…ghij {2,}20\S+ \S+Z {2,}one, two {2,}yes$/m);
  expect(output).toMatch(/^B {2,}… {2,}20\S+ \S+Z {2,}one {2,}yes$/m);
  expect(output).toMatch(/^C {2,}…ghij {2,}20\S+ \S+Z {2,}nothing {2,}yes$/m);
  expect(output).toContain('tollgate.yaml refers to `GONE`, and there is no such stored secret.');
  const json = JSON.parse((await run(['list', '--json'])).output);
  expect(json[0]).toMatchObject({ name: 'A', preview: '…ghij', used_by: ['one', 'two'], readable: true });
  expect(output + JSON.stringify(json)).not.toContain(value);
});

test('remove refuses what is used, unless it is forced', { timeout: 120_000 }, async () => {
  await configure(`providers: { one: { type: openai, api_key: "\${secret:A}" } }\n`);
  await set('A');
  const refused = await run(['remove', 'A']);
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('`A` is used by one in ');
  // Also when the file is so wrong that it cannot be resolved.
  await configure(`providers: { one: { type: openai, api_key: "\${secret:A}" \n`);
  expect((await run(['remove', 'A'])).code).toBe(1);
  const forced = await run(['remove', 'A', '--force']);
  expect(forced.code).toBe(0);
  expect(forced.output).toContain('still refers to it');
  const unknown = await run(['remove', 'A']);
  expect(unknown.code).toBe(1);
  expect(unknown.output).toContain('there is no stored secret `A`');
  const pasted = await run(['remove', value]);
  expect(pasted.output).not.toContain(value);
});

test('rotate-key replaces the key file', { timeout: 120_000 }, async () => {
  await configure('');
  expect((await run(['rotate-key'])).output).toContain('There are no stored secrets');
  await set('A');
  const before = readFileSync(join(folder, 'data', 'secret.key'), 'utf8');
  const rotated = await run(['rotate-key']);
  expect(rotated).toMatchObject({ code: 0 });
  expect(rotated.output).not.toContain(before.trim());
  expect(rotated.output).not.toContain(readFileSync(join(folder, 'data', 'secret.key'), 'utf8').trim());
  expect(readFileSync(join(folder, 'data', 'secret.key'), 'utf8')).not.toBe(before);
  expect((await run(['list'])).output).toMatch(/A .* yes/);
});

// A terminal is not to be had without a helper: Python's pty makes one.
const python = spawnSync('python3', ['-c', 'import pty']).status === 0;

describe.skipIf(!python)('at a terminal', { timeout: 60_000 }, () => {
  /** Types `keys` as soon as the prompt is there; resolves with the exit code and all that the terminal showed. */
  function atTerminal(...keys: string[]): { code: string; shown: string } {
    const { stdout, stderr } = spawnSync(
      'python3',
      [fileURLToPath(new URL('at-terminal.py', import.meta.url)), process.execPath, command, ...keys],
      { env: { PATH: process.env.PATH, ...environment() }, encoding: 'utf8', timeout: 50_000 },
    );
    const [code = '', ...shown] = stdout.split('\n');
    return { code, shown: shown.join('\n') + stderr };
  }

  test('what is typed or pasted is not shown, and can be mended', async () => {
    await configure('');
    const pasted = `\u001b[200~${value.slice(0, -4)}\u001b[201~`;
    const { code, shown } = atTerminal('wrong\u0015sk\u007f\u007f', pasted, 'ghiX\u007fj', '\r');
    expect(shown).toContain('Value of TYPED (not shown): ');
    expect(shown).toContain('Stored `TYPED`');
    expect(code).toBe('0');
    for (const piece of ['wrong', value.slice(0, 8), 'ghi']) expect(shown).not.toContain(piece);
    expect((await run(['list'])).output).toMatch(/TYPED {2,}…ghij/);
  });

  test('Ctrl-C stores nothing', async () => {
    await configure('');
    const { code, shown } = atTerminal('sk-half-of-it', '\u0003');
    expect(code).toBe('130');
    expect(shown).toContain('stopped; nothing was stored');
    expect(shown).not.toContain('sk-half');
    expect((await run(['list'])).output).toContain('There are no stored secrets yet.');
  });
});

test('wrong use', { timeout: 60_000 }, async () => {
  await configure('');
  for (const args of [[], ['nonsense'], ['set'], ['remove'], ['list', 'x'], ['set', 'A', '--value', 'x']]) {
    expect((await run(args)).code, args.join(' ')).toBe(2);
  }
});
