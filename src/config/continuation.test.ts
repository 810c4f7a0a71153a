// What the file and the presets say of streams that break off.
import { describe, expect, test } from 'vitest';
import { type ProviderCapabilities, prefillOf } from '../core/capabilities.ts';
import { type Config, resolveConfig } from './config.ts';
import { readEnvironment } from './env.ts';

const machine = { platform: 'linux', folder: '/srv', home: '/home/ann', exists: () => false } as const;

function resolve(yaml: string): Config {
  const source = { name: 'tollgate.yaml', bytes: Buffer.from(yaml), modifiedAt: 5_000 };
  return resolveConfig(readEnvironment({}, {}, machine), source);
}

function capabilitiesOf(config: Config, name: string): ProviderCapabilities {
  const found = config.providers.find((provider) => provider.name === name);
  if (!found || !('capabilities' in found)) throw new Error(`no provider ${name}`);
  return found.capabilities;
}

const claude = (capabilities = '') =>
  capabilitiesOf(resolve(`providers: { c: { type: anthropic, api_key: x${capabilities} } }`), 'c');

test('on_stream_failure is per model, and an error where nothing is said', () => {
  const route = 'route: [[{ provider: local }]]';
  const { routes } = resolve(
    `models: { a: { ${route} }, b: { ${route}, on_stream_failure: continue }, c: { ${route}, on_stream_failure: error } }`,
  );
  const said = ['a', 'b', 'c', 'gpt-5.1'].map((name) => routes.model(name)?.onStreamFailure);
  expect(said).toEqual([undefined, 'continue', 'error', undefined]);
  expect(() => resolve(`models: { a: { ${route}, on_stream_failure: retry } }`)).toThrow(
    '`on_stream_failure` must be `error` or `continue`.',
  );
});

describe('Claude takes the beginning of an answer', () => {
  test.each([
    ...['claude-3-7-sonnet-20250219', 'claude-3-5-haiku-latest', 'claude-2.1', 'claude-instant-1.2'],
    ...['claude-sonnet-4', 'claude-sonnet-4-20250514', 'claude-opus-4-0', 'claude-opus-4-1-20250805'],
    ...['claude-sonnet-4-5', 'claude-haiku-4-5-20251001', 'claude-opus-4-5@20251101'],
  ])('%s: yes', (name) => expect(prefillOf(claude(), name)).toBe('message'));

  test.each([
    ...['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-sonnet-4-6-20260101', 'claude-opus-4-7'],
    ...['claude-opus-4-10', 'claude-sonnet-5', 'claude-opus-5-1', 'another'],
  ])('%s: no', (name) => expect(prefillOf(claude(), name)).toBe('none'));

  test('what the operator says is for all models', () => {
    const stated = claude(', capabilities: { prefill: message }');
    expect(prefillOf(stated, 'claude-sonnet-9')).toBe('message');
    expect(prefillOf(claude(', capabilities: { prefill: none }'), 'claude-2.1')).toBe('none');
    expect(prefillOf(claude(', capabilities: { images: false }'), 'claude-sonnet-9')).toBe('none');
  });
});

test('presets: servers that know how, and nothing for those nobody has asked', () => {
  const presets = ['vllm', 'sglang', 'llama.cpp', 'mistral', 'openrouter'];
  const entries = presets.map((name) => `"${name}": { type: openai-compatible, preset: ${name} }`);
  const config = resolve(`providers: { ${entries.join(', ')} }`);
  expect(presets.map((name) => prefillOf(capabilitiesOf(config, name), 'any'))).toEqual([
    ...['continue_final_message', 'continue_final_message', 'continue_final_message', 'prefix', 'none'],
  ]);
});
