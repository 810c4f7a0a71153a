// `type: bedrock`: where it is, which keys it takes, and what is refused with which words.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { prefillOf } from '../core/capabilities.ts';
import { type Config, resolveConfig } from './config.ts';
import { readEnvironment, type Variables } from './env.ts';
import { ConfigError } from './problem.ts';

const machine = { platform: 'linux', folder: '/srv', home: '/home/ann', exists: () => false } as const;

/** The file has one provider, `aws`, with these lines. */
function resolve(lines: string, variables: Variables = {}): Config {
  const bytes = Buffer.from(`providers:\n  aws: {\n    type: bedrock, ${lines} }\n`);
  const source = { name: 'tollgate.yaml', bytes, modifiedAt: 0 };
  return resolveConfig(readEnvironment({}, variables, machine), source);
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

function awsOf(config: Config) {
  const provider = config.providers.find(({ name }) => name === 'aws');
  if (provider?.type !== 'bedrock') throw new Error('no such provider');
  return provider;
}

describe('type: bedrock', () => {
  test('a pair of keys, with and without a token', () => {
    const config = resolve(
      `region: us-gov-west-1, access_key_id: AKIAEXAMPLE, secret_access_key: "\${SECRET}", session_token: "to//ken=="`,
      { SECRET: 'wJalr/EXAMPLE' },
    );
    const { baseUrl, region, credentials, apiKey } = awsOf(config);
    expect([baseUrl, region, apiKey]).toEqual([
      'https://bedrock-runtime.us-gov-west-1.amazonaws.com',
      'us-gov-west-1',
      undefined,
    ]);
    expect([
      credentials?.accessKeyId.reveal(),
      credentials?.secretAccessKey.reveal(),
      credentials?.sessionToken?.reveal(),
    ]).toEqual(['AKIAEXAMPLE', 'wJalr/EXAMPLE', 'to//ken==']);
    expect(inspect(config, { depth: 10 }) + JSON.stringify(config.providers)).not.toMatch(
      /AKIAEXAMPLE|wJalr|ken==/,
    );
    expect(
      awsOf(resolve('region: eu-west-3, access_key_id: A, secret_access_key: b')).credentials,
    ).not.toHaveProperty('sessionToken');
  });

  test('keys of Bedrock, and an address of its own', () => {
    const one = awsOf(
      resolve('region: eu-central-1, api_key: ABSKx, base_url: "https://vpce-1.example.com/"'),
    );
    expect([one.baseUrl, one.apiKey?.reveal(), one.credentials]).toEqual([
      'https://vpce-1.example.com',
      'ABSKx',
      undefined,
    ]);
    const several = awsOf(resolve('region: eu-central-1, api_keys: [ a-key, { key: b-key, weight: 3 } ]'));
    expect(several.apiKeys?.map(({ key, weight }) => [key.reveal(), weight])).toEqual([
      ['a-key', 1],
      ['b-key', 3],
    ]);
  });

  test.each([
    ['anthropic.claude-3-haiku-20240307-v1:0', 'message'],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'message'],
    ['eu.anthropic.claude-opus-4-1-20250805-v1:0', 'message'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'message'],
    ['us.anthropic.claude-opus-4-6-v1', 'none'],
    ['global.anthropic.claude-sonnet-4-6', 'none'],
    ['anthropic.claude-opus-5', 'none'],
    ['us.amazon.nova-pro-v1:0', 'none'],
  ])('%s goes on with an answer: %s', (model, way) => {
    const { capabilities } = awsOf(resolve('region: us-east-1, api_key: a'));
    expect(prefillOf(capabilities, model)).toBe(way);
  });

  test.each([
    ['api_key: a', /needs `region`/],
    ['region: Frankfurt, api_key: a', /`region` must be an AWS region, such as us-east-1/],
    ['region: us-east-1', /`aws` needs `access_key_id` and `secret_access_key`, or `api_key`/],
    ['region: us-east-1, access_key_id: A', /`access_key_id` and `session_token` need `secret_access_key`/],
    ['region: us-east-1, secret_access_key: b', /`secret_access_key` needs `access_key_id`/],
    ['region: us-east-1, session_token: c', /`access_key_id` and `session_token` need `secret_access_key`/],
    [
      'region: us-east-1, access_key_id: A, secret_access_key: b, api_key: c',
      /Give `access_key_id` with `secret_access_key`, or an `api_key` of Bedrock, not both/,
    ],
    ['region: us-east-1, api_key: a, api_keys: [ b ]', /Give `api_key` or `api_keys`, not both/],
    ['region: us-east-1, api_keys: [ b, b ]', /`api_keys\[1\]` is the same key/],
    ['region: us-east-1, acces_key_id: AKIA', /Unknown key `acces_key_id`. Did you mean `access_key_id`/],
  ])('%s', (lines, message) => {
    const said = refusal(lines);
    expect(said).toMatch(message);
    // One mistake, one sentence.
    if (!lines.includes('acces_')) expect(said.match(/tollgate\.yaml:/g)?.length ?? 1).toBe(1);
  });
});
