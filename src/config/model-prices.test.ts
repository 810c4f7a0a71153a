import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { costOf, formatUsd, worstPrices } from '../core/money.ts';
import { type PriceTerms, readTerms, termsProblem } from '../core/price-terms.ts';
import type { Usage } from '../core/usage.ts';
import { resolveConfig } from './config.ts';
import { readEnvironment } from './env.ts';
import { ConfigError } from './problem.ts';
import { seedDate } from './seed.ts';

const providers = `
  openai: { type: openai, api_key: sk-x }
  proxy: { type: openai, api_key: sk-x, base_url: "https://proxy.test/v1" }
  claude: { type: anthropic, api_key: sk-x }
  google: { type: gemini, api_key: sk-x }
  deep: { type: openai-compatible, preset: deepseek, api_key: sk-x }
  vllm: { type: openai-compatible, preset: vllm }`;

function resolve(models: string) {
  const text = `providers:${providers}\nmodels:\n${models}\n`;
  return resolveConfig(readEnvironment({ TOLLGATE_DATA: '/tmp/none' }), {
    name: 'tollgate.yaml',
    bytes: Buffer.from(text),
    modifiedAt: 5_000,
  });
}

function refusal(models: string): string {
  try {
    resolve(models);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

const modelOf = (models: string, name = 'm') => resolve(models).routes.model(name);

describe('a model whose price nobody set', () => {
  test.each([
    ['openai', 'gpt-5.1', '11.25'],
    ['openai', 'ft:gpt-4.1-2025-04-14:acme::abc', '15'],
    ['claude', 'claude-opus-4-5', '30'],
    ['google', 'gemini-2.5-pro', '17.5'],
    ['deep', 'deepseek-chat', '0.7'],
  ])('has the list price of %s %s: %s USD for a million tokens in and out', (provider, model, cost) => {
    const found = modelOf(`  m: { route: [[{ provider: ${provider}, model: "${model}" }]] }`);
    expect(found?.price?.version).toMatch(/^seed-2026-11-22@[0-9a-f]{12}$/);
    expect(found?.priceFrom).toBeUndefined();
    const price = found?.price;
    if (!price) throw new Error('no price');
    expect(formatUsd(costOf({ input: 1_000_000, output: 1_000_000 }, price))).toBe(cost);
  });

  test.each([
    ['at another address', 'proxy', 'gpt-5.1'],
    ['on a server of its own', 'vllm', 'gpt-5.1'],
    ['that the list does not know', 'openai', 'gpt-99'],
    ['named like a member of every object', 'openai', 'constructor'],
  ])('%s has none', (_, provider, model) => {
    const found = modelOf(`  m: { route: [[{ provider: ${provider}, model: ${model} }]] }`);
    expect(found).toMatchObject({ name: 'm', price: undefined });
  });

  test('costs what the model asked first costs, embedded ones left out', () => {
    const route =
      '[[{ provider: local }], [{ provider: claude, model: claude-opus-4-5 }], [{ provider: openai, model: gpt-5.1 }]]';
    expect(modelOf(`  m: { route: ${route} }`)?.price?.input).toBe(5_000_000_000n);
    expect(modelOf('  m: { route: [[{ provider: local }]] }')?.price?.version).toBe('free');
  });

  test('the seed knows long prompts, caches and services', () => {
    const price = modelOf('  m: { route: [[{ provider: google, model: gemini-2.5-pro }]] }')?.price;
    const claude = modelOf('  m: { route: [[{ provider: claude, model: claude-opus-4-5 }]] }')?.price;
    const openai = modelOf('  m: { route: [[{ provider: openai, model: gpt-5.1 }]] }')?.price;
    if (!price || !claude || !openai) throw new Error('no price');
    const cost = (usage: Usage, of = price) => formatUsd(costOf(usage, of));
    expect(cost({ input: 200_000, output: 1_000_000 })).toBe('10.25');
    expect(cost({ input: 200_001, output: 1_000_000 })).toBe('15.5000025');
    expect(cost({ input: 10_000, cacheWrite: 10_000, cacheWrite1h: 10_000, output: 0 }, claude)).toBe('0.1');
    expect(cost({ input: 1_000_000, output: 0, serviceTier: 'flex' }, openai)).toBe('0.625');
    expect(cost({ input: 1_000_000, output: 0, serviceTier: 'priority' }, openai)).toBe('2.5');
    expect(worstPrices(openai, 9, 'priority')).toEqual({
      promptPrice: 2_500_000_000n,
      outputPrice: 20_000_000_000n,
    });
    // A cheaper service for which the list states no long prompts: they cost what they usually do.
    expect(cost({ input: 200_001, output: 0, serviceTier: 'flex' })).toBe('0.5000025');
  });
});

describe('the list that comes with the gateway', () => {
  const file = new URL(`./prices/seed-${seedDate}.json`, import.meta.url);
  const { date, source, license, providers: listed } = JSON.parse(readFileSync(file, 'utf8'));
  const all = Object.entries<Record<string, PriceTerms>>(listed).flatMap(([provider, models]) =>
    Object.entries(models).map(([model, terms]) => ({ name: `${provider}/${model}`, terms })),
  );

  test('says when and from where it is, and under which licence', () => {
    expect([date, source, license]).toEqual([
      seedDate,
      expect.stringMatching(/\d/),
      expect.stringMatching(/^MIT/),
    ]);
    expect(all.length).toBeGreaterThan(600);
  });

  test('has only prices that can be charged, none of them out of all proportion', () => {
    for (const { name, terms } of all) {
      const price = readTerms(terms, name);
      expect([name, termsProblem(terms)]).toEqual([name, undefined]);
      const rates = [price, ...(price.tiers ?? []), ...Object.values(price.services ?? {})];
      for (const { input, output, cachedInput = 0n } of rates) {
        // A slip of the point by three places is what lists like this get wrong.
        expect([name, input < 1_000_000_000_000n, output < 2_000_000_000_000n]).toEqual([name, true, true]);
        expect([name, cachedInput <= input || input === 0n]).toEqual([name, true]);
      }
      const { flex, priority } = price.services ?? {};
      expect([name, (flex?.output ?? 0n) <= price.output]).toEqual([name, true]);
      expect([name, (priority?.output ?? price.output) >= price.output]).toEqual([name, true]);
    }
  });
});

describe('a price in the file', () => {
  const route = 'route: [[{ provider: openai, model: gpt-5.1 }]]';

  test('wins over the list, and may have tiers, classes and services', () => {
    const model = modelOf(`  m:
    ${route}
    price:
      input: 1
      output: "2.5"
      audio_input: 10
      cache_write_1h: 3
      tiers: [ { above: 1000, input: 4, output: 5 } ]
      services: { flex: 0.5, priority: { input: 2, output: 5 } }
      default_service: flex`);
    expect(model?.priceFrom).toBe('config');
    expect(model?.price).toMatchObject({
      version: expect.stringMatching(/^tollgate\.yaml@[0-9a-f]{12}$/),
      audioInput: 10_000_000_000n,
      cacheWrite1h: 3_000_000_000n,
      tiers: [{ above: 1000, input: 4_000_000_000n, output: 5_000_000_000n }],
      services: {
        flex: { input: 500_000_000n, output: 1_250_000_000n },
        priority: { input: 2_000_000_000n },
      },
      defaultService: 'flex',
    });
  });

  test('two models with the same price have versions of their own', () => {
    const { routes } = resolve(
      `  a: { price: { input: 1, output: 2 }, ${route} }\n  b: { price: { input: 1, output: 2 }, ${route} }`,
    );
    expect(routes.model('a')?.price?.version).not.toBe(routes.model('b')?.price?.version);
  });

  test.each([
    ['{ input: 1, output: 2, tiers: [] }', '`tiers` is empty'],
    ['{ input: 1, output: 2, tiers: [{ above: 5, input: 1 }] }', 'needs `output`'],
    [
      '{ input: 1, output: 2, tiers: [{ above: 0, input: 1, output: 1 }] }',
      '`above` must be a whole number of tokens above 0',
    ],
    [
      '{ input: 1, output: 2, tiers: [{ above: 9, input: 1, output: 1 }, { above: 8, input: 1, output: 1 }] }',
      '`tiers` must begin with the lowest',
    ],
    ['{ input: 1, output: 2, services: { flex: half } }', '`flex` must be a factor from 0 to 1000'],
    ['{ input: 1, output: 2, services: { flex: -0.5 } }', '`flex` must be a factor from 0 to 1000'],
    ['{ input: 1, output: 2, services: { flex: { input: 1 } } }', 'needs `output`'],
    ['{ input: 1, output: 2, services: { Flex: 0.5 } }', 'the name of a service'],
    [
      '{ input: 1, output: 2, default_service: flex }',
      '`default_service` is `flex`, which `services` does not have.',
    ],
    ['{ input: 1, output: 2, audio: 3 }', 'Unknown key `audio`'],
  ])('%s is refused: %s', (price, message) => {
    const said = refusal(`  m: { price: ${price}, ${route} }`);
    expect(said).toContain(message);
    expect(said).toMatch(/tollgate\.yaml:\d+:\d+/);
  });
});
