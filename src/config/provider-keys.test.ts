// `api_keys`: what is read from a file, and what is refused with which words.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Config, resolveConfig } from './config.ts';
import { readEnvironment, type Variables } from './env.ts';
import { ConfigError } from './problem.ts';

const machine = { platform: 'linux', folder: '/srv', home: '/home/ann', exists: () => false } as const;

/** The file has one provider, `many`, with these lines. */
function resolve(lines: string, variables: Variables = {}): Config {
  const bytes = Buffer.from(`providers:\n  many: {\n    ${lines} }\n`);
  return resolveConfig(readEnvironment({}, variables, machine), {
    name: 'tollgate.yaml',
    bytes,
    modifiedAt: 0,
  });
}

function refusal(lines: string, variables?: Variables): string {
  try {
    resolve(lines, variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

function keysOf(config: Config) {
  const provider = config.providers.find(({ name }) => name === 'many');
  if (provider?.type === 'local' || !provider) throw new Error('no such provider');
  return { one: provider.apiKey, all: provider.apiKeys?.map(({ key, weight }) => [key.reveal(), weight]) };
}

describe('api_keys', () => {
  test('with and without weights, from variables and short', () => {
    const config = resolve(
      `type: openai, api_keys: [ { key: "\${A}", weight: 3 }, { key: b-key }, "\${C}" ]`,
      {
        A: 'a-key',
        C: 'c-key',
      },
    );
    expect(keysOf(config)).toEqual({
      one: undefined,
      all: [
        ['a-key', 3],
        ['b-key', 1],
        ['c-key', 1],
      ],
    });
    expect(inspect(config, { depth: 10 }) + JSON.stringify(config.providers)).not.toMatch(/[abc]-key/);
  });

  test.each(['openai', 'anthropic', 'gemini', 'openai-compatible, base_url: "http://h/v1"'])(
    'of %s',
    (type) => {
      expect(keysOf(resolve(`type: ${type}, api_keys: [ a-key ]`)).all).toEqual([['a-key', 1]]);
    },
  );

  test('stand in the place of the key of the environment', () => {
    const config = resolve('type: openai, api_keys: [ a-key ]', { OPENAI_API_KEY: 'sk-env' });
    expect(keysOf(config)).toEqual({ one: undefined, all: [['a-key', 1]] });
  });

  test.each([
    ['type: openai, api_keys: []', /`api_keys` is empty; it must be a list of keys: \[ \{ key: "\$\{A\}"/],
    ['type: openai, api_keys: a-key', /`api_keys` must be a list of keys/],
    ['type: openai, api_keys: [ { weight: 2 } ]', /`api_keys\[0\]` needs `key`/],
    ['type: openai, api_keys: [ { key: a-key, weight: 0 } ]', /`weight` must be a number above 0/],
    [
      'type: openai, api_keys: [ { key: a-key, wieght: 2 } ]',
      /Unknown key `wieght`. Did you mean `weight`\?/,
    ],
    ['type: openai, api_keys: [ "two words" ]', /`api_keys\[0\]` must be a key, or \{ key: …, weight: … \}/],
    [`type: openai, api_keys: [ "\${NOT_SET}" ]`, /variable NOT_SET is not set/],
    ['type: openai, api_key: a-key, api_keys: [ b-key ]', /Give `api_key` or `api_keys`, not both/],
    [
      'type: openai, api_keys: [ a-key, b-key, { key: a-key } ]',
      /`api_keys\[2\]` is the same key as `api_keys\[0\]`/,
    ],
    ['type: azure-openai, base_url: "http://h/v1"', /`many` needs `api_key`/],
    ['type: anthropic', /`many` needs `api_key`/],
  ])('%s is refused', (lines, words) => {
    const message = refusal(lines);
    expect(message).toMatch(words);
    expect(message).not.toMatch(/[ab]-key|two words/);
  });
});
