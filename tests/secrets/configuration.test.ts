// `${secret:NAME}` in tollgate.yaml: what is filled in, refused and masked, and which changes are taken over.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, resolveConfig } from '../../src/config/config.ts';
import { readEnvironment } from '../../src/config/env.ts';
import { ConfigError } from '../../src/config/problem.ts';
import { secretUses } from '../../src/config/secret-uses.ts';
import { type LiveConfig, openLiveConfig, type ReloadResult } from '../../src/config/watch.ts';
import type { SecretReader, SecretValue, SecretValues } from '../../src/core/secrets.ts';

const machine = { platform: 'linux', folder: '/srv', home: '/home/ann', exists: () => true } as const;
const environment = readEnvironment({}, { NAME: 'from-the-environment' }, machine);
const source = (text: string) => ({ name: 'tollgate.yaml', bytes: Buffer.from(text), modifiedAt: 0 });
const value = 'sk-live-0123456789abcdefghij';

function valuesOf(stored: Readonly<Record<string, SecretValue>>): SecretValues {
  return {
    secret: (name) => (Object.hasOwn(stored, name) ? stored[name] : undefined),
    names: () => Object.keys(stored),
  };
}
const good = valuesOf({
  OPENAI: { value },
  'a.b-c_1': { value: 'second' },
  LOST: { unreadable: 'LOST is lost.' },
});

function resolve(text: string): Config {
  return resolveConfig(environment, source(text), good);
}
function refusal(text: string): string {
  try {
    resolve(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.pretty();
    throw error;
  }
  throw new Error('was accepted');
}
function provider(config: Config, name = 'p') {
  const found = config.providers.find((each) => each.name === name);
  if (!found || found.type === 'local') throw new Error('no such provider');
  return found;
}

describe('a reference', () => {
  test('is filled in wherever a variable may stand, also inside a text', () => {
    const config = resolve(
      `providers: { p: { type: openai, api_keys: ["\${secret:OPENAI}", { key: "x-\${secret:a.b-c_1}-\${NAME}" }], headers: { a: "Bearer \${secret:OPENAI}" } } }`,
    );
    const { apiKeys, headers, unusable } = provider(config);
    expect(apiKeys?.map(({ key }) => key.reveal())).toEqual([value, 'x-second-from-the-environment']);
    expect(headers.a?.reveal()).toBe(`Bearer ${value}`);
    expect(unusable).toBeUndefined();
    expect(JSON.stringify(config)).not.toContain(value);
  });

  test('with `$$` stays as it is written', () => {
    const { headers } = provider(
      resolve(`providers: { p: { type: openai, api_key: k, headers: { a: "$\${secret:OPENAI}" } } }`),
    );
    expect(headers.a?.reveal()).toBe(`\${secret:OPENAI}`);
  });

  test.each([
    ['unknown', 'OPENIA', /There is no stored secret `OPENIA`\. Did you mean `OPENAI`\?/],
    [
      'unlike any other',
      'zzzzzzzz',
      /There is no stored secret `zzzzzzzz`\. `tollgate secrets set zzzzzzzz` stores one\./,
    ],
    ['without a name', '', /A stored secret is written "\$\{secret:NAME\}"/],
    ['with spaces', ' OPENAI ', /A stored secret is written/],
    ['a path', '../OPENAI', /A stored secret is written/],
    ['a prototype member', '__proto__', /A stored secret is written/],
    ['another prototype member', 'constructor', /There is no stored secret `constructor`/],
  ])('that is %s is refused at its place', (_, name, message) => {
    const text = refusal(`providers:\n  p: { type: openai, api_key: "\${secret:${name}}" }`);
    expect(text).toMatch(/^tollgate\.yaml:2:32: /);
    expect(text).toMatch(message);
    expect(text).not.toContain(value);
  });

  test('that holds a key in the place of a name shows nothing of it', () => {
    const text = refusal(`providers:\n  p: { type: openai, api_key: "\${secret:${value}}" }`);
    expect(text).toContain('A stored secret is written');
    expect(text).not.toContain('sk-live');
    expect(text).not.toContain('abcdefghij');
  });

  test('stays readable in the line that is shown, and the values beside it do not', () => {
    const text = refusal(
      `providers:\n  p: { type: openai, api_key: "\${secret:OPENAI}", headers: { a: hidden-value }, nonsense: 1 }`,
    );
    expect(text).toContain(`\${secret:OPENAI}`);
    expect(text).not.toContain('hidden-value');
  });
});

describe('a secret that cannot be decrypted', () => {
  test('makes its provider unusable and no other, and the environment does not step in', () => {
    const config = resolveConfig(
      readEnvironment({}, { OPENAI_API_KEY: 'sk-of-the-environment' }, machine),
      source(
        `providers: { openai: { type: openai, api_key: "\${secret:LOST}" }, p: { type: openai, api_key: "\${secret:OPENAI}" } }`,
      ),
      good,
    );
    expect(provider(config, 'openai').unusable).toBe('LOST is lost.');
    expect(provider(config, 'openai').apiKey?.reveal()).not.toBe('sk-of-the-environment');
    expect(provider(config).unusable).toBeUndefined();
  });

  test('elsewhere is a mistake of the file', () => {
    expect(refusal(`server: { heartbeat: "\${secret:LOST}" }`)).toContain('LOST is lost.');
    expect(
      refusal(`models: { "m": { price: free, route: [[{ provider: local, model: "\${secret:LOST}" }]] } }`),
    ).toContain('LOST is lost.');
  });
});

test('uses are found by provider, in wrong files too', () => {
  const text = `providers:
  one: { type: openai, api_keys: ["\${secret:A}", { key: "\${secret:B}" }] }
  two: { type: nonsense, headers: { x: "$\${secret:NOT} \${secret:A}" } }
models: { m: { price: "\${secret:A}" } } # \${secret:COMMENT}
`;
  expect(Object.fromEntries(secretUses(source(text)))).toEqual({
    A: ['one', 'two', 'models.m.price'],
    B: ['one'],
  });
  expect([...secretUses(source(`${text}\n  [`)).keys()]).toContain('A');
  expect(secretUses(undefined).size).toBe(0);
});

describe('while the gateway runs', () => {
  let folder: string;
  let live: LiveConfig | undefined;
  let stored: Record<string, SecretValue>;
  let version: number;
  let failing: boolean;
  const reader: SecretReader = {
    read: async () => {
      if (failing) throw new Error('the disk is gone');
      return valuesOf({ ...stored });
    },
    version: async () => {
      if (failing) throw new Error('the disk is gone');
      return String(version);
    },
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-live-secrets-'));
    [stored, version, failing] = [{ A: { value: 'one' }, B: { value: 'one' } }, 1, false];
    await write('A');
  });
  afterEach(async () => {
    await live?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  const write = (name: string) =>
    writeFile(
      join(folder, 'tollgate.yaml'),
      `providers: { p: { type: openai, api_key: "\${secret:${name}}" } }\n`,
    );
  async function open(): Promise<LiveConfig> {
    const here = readEnvironment({}, {}, { ...machine, folder, home: folder });
    live = await openLiveConfig(here, { settleMs: 10, pollMs: 60_000, storePollMs: 20, secrets: reader });
    return live;
  }
  const next = (from: LiveConfig) =>
    new Promise<ReloadResult>((resolve) => {
      const stop = from.onReload((result) => {
        stop();
        resolve(result);
      });
    });
  const keyOf = (config: LiveConfig) => provider(config.current).apiKey?.reveal();

  test('a changed value is taken over, as a new generation', async () => {
    const config = await open();
    const reloaded = next(config);
    [stored, version] = [{ A: { value: 'two' } }, 2];
    expect(await reloaded).toEqual({ outcome: 'changed', generation: 2 });
    expect(keyOf(config)).toBe('two');
  });

  test('a change of others, or none, is no new generation', async () => {
    const config = await open();
    let told = 0;
    config.onReload(() => told++);
    [stored, version] = [{ A: { value: 'one' }, B: { value: 'two' }, C: { value: 'x' } }, 2];
    expect(await config.reload()).toEqual({ outcome: 'unchanged', generation: 1 });
    expect(told).toBe(0);
  });

  test.each([
    ['removed', {}, 'There is no stored secret `A`'],
    ['not readable any more', { A: { unreadable: 'A is lost.' } }, 'A is lost.'],
  ])(
    'one that is %s is refused, the old value goes on, and it is taken when it is back',
    async (_, without, said) => {
      const config = await open();
      let reloaded = next(config);
      [stored, version] = [without, 2];
      expect(await reloaded).toMatchObject({ outcome: 'refused', generation: 1 });
      expect(config.refusal?.message).toContain(said);
      expect(keyOf(config)).toBe('one');
      reloaded = next(config);
      [stored, version] = [{ A: { value: 'three' } }, 3];
      expect(await reloaded).toEqual({ outcome: 'changed', generation: 2 });
      expect(keyOf(config)).toBe('three');
      expect(config.refusal).toBeUndefined();
    },
  );

  test('a store that fails changes nothing, and a file that came meanwhile is taken afterwards', async () => {
    const config = await open();
    failing = true;
    let reloaded = next(config);
    await write('B');
    void config.reload();
    expect(await reloaded).toMatchObject({ outcome: 'refused' });
    expect(config.refusal?.message).toBe('The stored secrets cannot be read: the disk is gone');
    stored = { A: { value: 'one' }, B: { value: 'of-b' } };
    reloaded = next(config);
    failing = false;
    expect(await reloaded).toEqual({ outcome: 'changed', generation: 2 });
    expect(keyOf(config)).toBe('of-b');
  });
});
