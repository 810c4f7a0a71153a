// Providers of OpenAI's dialect that are reached in a way of their own: Azure, and known servers by their preset.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEnvironmentConfig } from '../support/parse-config.ts';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, upstreamKey } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await startUpstream(polite);
});
afterAll(() => upstream[Symbol.asyncDispose]());

describe('Azure', () => {
  const model = { price: 'free', route: [[{ provider: 'first', model: 'my-deployment@1' }]] };

  test('its undated API: the deployment is the model', async () => {
    await using gateway = await startGateway({
      upstreams: [upstream.url.replace('/v1', '/openai/v1')],
      provider: { type: 'azure-openai' },
      model,
    });
    const response = await gateway.chat(ask({ max_tokens: 5 }));
    expect(response.status).toBe(200);
    const { path, headers, body } = upstream.last();
    expect(path).toBe('/openai/v1/chat/completions');
    expect(headers['api-key']).toBe(upstreamKey);
    expect(headers.authorization).toBeUndefined();
    expect(body).toMatchObject({ model: 'my-deployment@1', max_completion_tokens: 5 });
  });

  test('a dated one: the deployment is in the path', async () => {
    await using gateway = await startGateway({
      upstreams: [upstream.url.replace('/v1', '/openai')],
      provider: { type: 'azure-openai', api_version: '2024-10-21' },
      model,
    });
    await (await gateway.chat(ask())).text();
    expect(upstream.last().path).toBe(
      '/openai/deployments/my-deployment%401/chat/completions?api-version=2024-10-21',
    );
  });
});

describe('presets', () => {
  test('give address and capabilities, which the file may overrule', async () => {
    const config = await parseEnvironmentConfig({
      providers: {
        deep: { type: 'openai-compatible', preset: 'deepseek', api_key: 'k' },
        mine: {
          type: 'openai-compatible',
          preset: 'groq',
          base_url: upstream.url,
          capabilities: { n: true },
        },
      },
    });
    const byName = Object.fromEntries(config.providers.map((provider) => [provider.name, provider]));
    expect(byName.deep).toMatchObject({
      baseUrl: 'https://api.deepseek.com/v1',
      capabilities: { reasoningField: 'reasoning_content', images: false },
    });
    expect(byName.mine).toMatchObject({
      baseUrl: upstream.url,
      capabilities: { reasoningField: 'reasoning', choices: true, logprobs: false },
    });
  });

  test('without a preset an address is needed', async () => {
    await expect(parseEnvironmentConfig({ providers: { x: { type: 'openai-compatible' } } })).rejects.toThrow(
      /`x` needs `base_url`/,
    );
  });
});
