// Environment and tollgate.yaml together: what is served without a file, what a file changes, and how it is refused.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Config, resolveConfig } from './config.ts';
import { readEnvironment, type Variables } from './env.ts';
import { guardedAnywhere } from './guarded-params.ts';
import { ConfigError } from './problem.ts';

const machine = { platform: 'linux', folder: '/srv', home: '/home/ann', exists: () => false } as const;

function resolve(yaml?: string, variables: Variables = {}): Config {
  const source =
    yaml === undefined ? undefined : { name: 'tollgate.yaml', bytes: Buffer.from(yaml), modifiedAt: 5_000 };
  return resolveConfig(readEnvironment({}, variables, machine), source);
}

function refusal(yaml: string, variables: Variables = {}): ConfigError {
  try {
    resolve(yaml, variables);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('was accepted');
}

const names = ['gpt-5.1', 'gpt-5.1-chat', 'gpt-5.1-thinking'];
const targetsOf = (config: Config) =>
  config.routes.models().map(({ route }) => route.flat().map((t) => `${t.provider}/${t.model}`));

describe('without a file', () => {
  it('serves the default models from the embedded one, free', () => {
    const config = resolve();
    expect(config.routes.models().map((model) => model.name)).toEqual(names);
    expect(targetsOf(config)).toEqual(names.map((name) => [`local/${name}`]));
    expect(config.routes.model('gpt-5.1')?.price).toEqual({ version: 'free', input: 0n, output: 0n });
    expect(config.routes.model('gpt-5.1')).not.toHaveProperty('contextWindow');
    expect(config.server).toMatchObject({
      heartbeatMs: 15_000,
      bodyLimitBytes: 33_554_432,
      shutdownGraceMs: 30_000,
      slowReaderMs: 60_000,
      idempotencyMs: 86_400_000,
      idempotencyGraceMs: 30_000,
    });
  });

  it('sends them to OpenAI first, with its ids and prices', () => {
    const config = resolve(undefined, { OPENAI_API_KEY: 'sk-a', EVOLINK_API_KEY: 'sk-b' });
    expect(targetsOf(config)).toEqual([
      ['openai/gpt-5.1'],
      ['openai/gpt-5.1-chat-latest'],
      ['openai/gpt-5.1'],
    ]);
    expect(config.routes.model('gpt-5.1')).toMatchObject({
      price: {
        version: expect.stringMatching(/^seed-2026-11-22@[0-9a-f]{12}$/),
        input: 1_250_000_000n,
        cachedInput: 125_000_000n,
        output: 10_000_000_000n,
      },
      contextWindow: 400_000,
      maxOutputTokens: 128_000,
    });
  });

  it('sends them to EvoLink under their public names when that is the only key', () => {
    const config = resolve(undefined, { EVOLINK_API_KEY: 'sk-b' });
    expect(targetsOf(config)).toEqual(names.map((name) => [`evolink/${name}`]));
    expect(config.providers.at(-1)).toMatchObject({ name: 'evolink', baseUrl: 'https://api.evolink.ai/v1' });
  });

  it.each(['anthropic', 'gemini'])('defines %s by its key, whose models a file routes to', (name) => {
    const config = resolve(`models: { m: { price: free, route: [[{ provider: ${name} }]] } }`, {
      [`${name.toUpperCase()}_API_KEY`]: 'x',
    });
    expect(config.providers.map((provider) => provider.name)).toContain(name);
  });
});

const example = `
providers:
  openai:   { type: openai, api_key: "\${OPENAI_API_KEY}" }
  cluster:  { type: openai-compatible, base_url: "http://10.0.0.7:8000/v1/", api_key: "\${VLLM_KEY}", headers: { X-Team: "a$\${b}" } }
models:
  gpt-5.1:
    max_output_tokens: 128000
    context_window: 400000
    price: { input: 1.25, cached_input: "0.125", output: 10.00 }
    route:
      - [ { provider: openai, model: gpt-5.1, weight: 3 }, { provider: cluster, model: my-model, weight: 1 } ]
      - [ { provider: local } ]
    timeouts: { first_token: 60s, idle: 120s, total: 30m }
  my-free-model: { price: free, route: [ [ { provider: cluster, model: tiny } ] ] }
  unpriced: { route: [ [ { provider: cluster } ] ] }
  mine: { route: [ [ { provider: local } ] ] }
server: { heartbeat: 5s, body_limit: 1MiB, shutdown_grace: 500ms, slow_reader_timeout: 20s }
`;
const variables = { OPENAI_API_KEY: 'sk-open-hidden', VLLM_KEY: 'vllm-hidden' };

describe('with a file', () => {
  it('reads the example of the design', () => {
    const config = resolve(example, variables);
    expect(config.routes.models().map((model) => model.name)).toEqual([
      ...names,
      'my-free-model',
      'unpriced',
      'mine',
    ]);
    const model = config.routes.model('gpt-5.1');
    expect(model?.route).toEqual([
      [
        { provider: 'openai', model: 'gpt-5.1', weight: 3 },
        { provider: 'cluster', model: 'my-model', weight: 1 },
      ],
      [{ provider: 'local', model: 'gpt-5.1', weight: 1 }],
    ]);
    expect(model?.timeouts).toEqual({
      connectMs: 10_000,
      firstTokenMs: 60_000,
      idleMs: 120_000,
      totalMs: 1_800_000,
    });
    expect(model?.price).toMatchObject({
      input: 1_250_000_000n,
      cachedInput: 125_000_000n,
      output: 10_000_000_000n,
    });
    expect(model?.price?.version).toMatch(/^tollgate\.yaml@[0-9a-f]{12}$/);
    expect(config.routes.model('my-free-model')?.price?.version).toBe('free');
    expect(config.routes.model('unpriced')).toMatchObject({ price: undefined, created: 5 });
    expect(config.routes.model('mine')?.price?.version).toBe('free');
    expect(config.server).toMatchObject({
      heartbeatMs: 5_000,
      bodyLimitBytes: 1_048_576,
      shutdownGraceMs: 500,
      slowReaderMs: 20_000,
    });
    const cluster = config.providers.find((provider) => provider.name === 'cluster');
    expect(cluster).toMatchObject({
      baseUrl: 'http://10.0.0.7:8000/v1',
      capabilities: { maxTokensField: 'max_tokens', usageInStream: true, developerRole: false },
    });
    expect(cluster?.type === 'local' ? undefined : cluster?.apiKey?.reveal()).toBe('vllm-hidden');
    expect(cluster?.type === 'local' ? undefined : cluster?.headers['x-team']?.reveal()).toBe(`a$\{b}`);
  });

  it('prints no secret, and nothing in it can be changed', () => {
    const config = resolve(example, variables);
    expect(inspect(config, { depth: 20 })).not.toContain('hidden');
    expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError);
    const [group] = config.routes.model('gpt-5.1')?.route ?? [];
    expect(Object.isFrozen(group) && Object.isFrozen(group?.[0])).toBe(true);
  });

  it('gives equal prices equal versions and another price another', () => {
    const version = (price: string) =>
      resolve(`models: { m: { price: ${price}, route: [[{ provider: local }]] } }`).routes.model('m')?.price
        ?.version;
    expect(version('{ input: 1.25, output: 1 }')).toBe(version('{ output: "1.00", input: "1.250" }'));
    expect(version('{ input: 1.25, output: 1 }')).not.toBe(version('{ input: 1.26, output: 1 }'));
  });

  it.each(['', '# nothing\n', 'models:\n', 'providers: {}\nmodels: {}\n'])(
    'takes an empty file: %j',
    (yaml) => {
      expect(resolve(yaml).routes.models()).toHaveLength(3);
    },
  );

  it('does not send the key of the environment to another host', () => {
    const yaml = 'providers: { other: { type: openai, base_url: "https://elsewhere/v1" } }';
    expect(refusal(yaml, { OPENAI_API_KEY: 'sk-a' }).message).toContain('`other` needs `api_key`');
  });

  it('reads capabilities of providers and models, each as far as it is stated', () => {
    const config = resolve(`
providers:
  a: { type: openai-compatible, base_url: "http://a", capabilities: { images: false, n: false, json_schema: true, allow_params: [models] } }
  b: { type: openai, api_key: x, capabilities: { max_tokens_field: max_tokens, reasoning_field: reasoning, responses: never } }
models:
  m: { route: [[{ provider: a }]], capabilities: { images: true, functions: true, drop_params: [temperature] } }
  plain: { route: [[{ provider: a }]] }
  other: { route: [[{ provider: b }]], capabilities: { responses: always } }
`);
    const capabilitiesOf = (name: string) => {
      const found = config.providers.find((provider) => provider.name === name);
      return found && 'capabilities' in found ? found.capabilities : undefined;
    };
    expect(capabilitiesOf('a')).toEqual({
      maxTokensField: 'max_tokens',
      usageInStream: true,
      developerRole: false,
      images: false,
      choices: false,
      jsonSchema: true,
      guardedParams: guardedAnywhere,
      allowParams: ['models'],
    });
    expect(capabilitiesOf('b')).toEqual({
      maxTokensField: 'max_tokens',
      usageInStream: true,
      developerRole: true,
      reasoningField: 'reasoning',
      responses: 'never',
      dropParamsWhileReasoning: ['temperature', 'top_p', 'frequency_penalty', 'presence_penalty'],
    });
    expect(config.routes.model('other')?.capabilities).toEqual({ responses: 'always' });
    expect(config.routes.model('m')?.capabilities).toEqual({
      images: true,
      functions: true,
      dropParams: ['temperature'],
    });
    expect(config.routes.model('plain')).not.toHaveProperty('capabilities');
  });

  it('takes what is said of all models for each that says nothing itself', () => {
    const yaml = 'models: { m: { route: [[{ provider: local }]], strict_params: false } }\n';
    const models = (server: string) =>
      resolve(`${yaml}server: ${server}`)
        .routes.models()
        .map(({ name, strictParams, reasoningAlias }) => [name, strictParams, reasoningAlias]);
    expect(models('{ strict_params: true, reasoning_alias: true }')).toEqual([
      ...names.map((name) => [name, true, true]),
      ['m', false, true],
    ]);
    expect(models('{}')).toEqual([
      ...names.map((name) => [name, undefined, undefined]),
      ['m', false, undefined],
    ]);
  });

  it('takes names that objects have by themselves', () => {
    const config = resolve(
      'models: { __proto__: { route: [[{ provider: local }]] }, constructor: { route: [[{ provider: local }]] } }',
    );
    expect(config.routes.model('__proto__')?.name).toBe('__proto__');
    expect(config.routes.model('constructor')?.name).toBe('constructor');
    expect(config.routes.model('toString')).toBe(undefined);
  });
});

describe('a wrong file', () => {
  it.each([
    ['modles: {}', '1:1', 'Did you mean `models`?'],
    ['models: { a: { route: [[{ provider: locl }]] } }', '1:37', 'Did you mean `local`?'],
    ['models: { a: { route: [[{ provider: openai }]] } }', '1:37', 'set OPENAI_API_KEY'],
    ['models: { a: { route: [] } }', '1:23', 'is empty'],
    ['models: { a: { route: [[{ provider: local, weight: 0 }]] } }', '1:52', 'above 0'],
    ['models: { a: { } }', '1:14', 'needs `route`'],
    ['models:\n  a:\n    timeouts: { idle: 5 }\n    route: [[{ provider: local }]]', '3:23', 'duration'],
    ['models: { a: { price: { input: 1 }, route: [[{ provider: local }]] } }', '1:23', 'needs `output`'],
    ['models: { a: { price: -1, route: [[{ provider: local }]] } }', '1:23', '`free` or'],
    ['models: { a: { price: { input: 1, output: -2 }, route: [[{ provider: local }]] } }', '1:43', 'USD'],
    ['server: { heartbeat: 1s }\nserver: {}', '2:1', 'second time'],
    ['server: { heartbeat: 1s', '1:24', 'Not valid YAML'],
    ['server:\n\theartbeat: 1s', '2:1', 'tab'],
    ['- a', '1:1', 'block of keys'],
    ['limits: {}', '1:9', '`limits` must be a list of limits'],
    ['limits: [ { scope: { project: a }, metric: cost, amount: 5 } ]', '1:11', 'needs `window`'],
    ['limits: [ { scope: {}, metric: cost, window: day, amount: 5 } ]', '1:20', '`scope` is empty'],
    [
      'limits: [ { scope: { team: a }, metric: cost, window: day, amount: 5 } ]',
      '1:22',
      'Unknown key `team`',
    ],
    [
      'limits: [ { scope: { model: gone }, metric: cost, window: day, amount: 5 } ]',
      '1:29',
      'no model `gone`',
    ],
    [
      'limits: [ { scope: { key: "*" }, metric: requests, window: day, amount: 0.5 } ]',
      '1:73',
      'whole number',
    ],
    [
      'limits: [ { scope: { key: "*" }, metric: money, window: day, amount: 5 } ]',
      '1:42',
      '`metric` must be',
    ],
    [
      'limits: [ { scope: { key: "*" }, metric: concurrent, window: day, amount: 5 } ]',
      '1:62',
      'has no `window`',
    ],
    [
      'limits: [ { scope: { key: a }, metric: cost, window: day, amount: 5, time_zone: Mars } ]',
      '1:81',
      '`time_zone` must be a time zone',
    ],
    [
      'limits: [ { scope: { key: a }, metric: cost, window: day, amount: 5 }, { scope: { key: a }, metric: cost, window: day, amount: 6 } ]',
      '1:72',
      'a second time',
    ],
    ['server: { trusted_proxies: [ proxy.local ] }', '1:30', 'an address or a range'],
    ['providers: { a: { type: bedrock, region: x } }', '1:42', '`region` must be an AWS region'],
    ['providers: { a: { type: vllm } }', '1:25', '`openai-compatible`'],
    ['providers: { a: { base_url: "http://x" } }', '1:17', 'needs `type`'],
    ['providers: { a: { type: openai-compatible } }', '1:17', 'needs `base_url`'],
    ['providers: { a: { type: openai-compatible, base_url: "ftp://x" } }', '1:54', 'http or https'],
    [
      'providers: { a: { type: openai-compatible, base_url: "http://x", capabilities: { responses: auto } } }',
      '1:82',
      'Unknown key `responses`',
    ],
    [
      'providers: { a: { type: openai, api_key: x, capabilities: { responses: on } } }',
      '1:72',
      '`auto`, `always` or `never`',
    ],
    ['providers: { a: { type: local, api_key: x } }', '1:32', 'Unknown key `api_key`'],
    ['providers: { local: { type: openai-compatible, base_url: "http://x" } }', '1:21', 'embedded model'],
    [`providers: { a: { type: openai, api_key: "\${NOPE}" } }`, '1:43', 'NOPE is not set'],
    [`providers: { a: { type: openai, api_key: "\${NOPE:-x}" } }`, '1:43', 'whole variable'],
    [`providers: { a: { type: openai, api_key: \${NOPE} } }`, '1:44', 'in quotes'],
    ['providers: { a: { type: openai, api_key: x, headers: { Host: y } } }', '1:56', 'header name'],
    ['models: { a: { capabilities: { vision: true }, route: [[{ provider: local }]] } }', '1:32', 'vision'],
    [
      'models: { a: { capabilities: { images: maybe }, route: [[{ provider: local }]] } }',
      '1:40',
      'true or false',
    ],
    [
      'models: { a: { capabilities: { reasoning_field: thoughts }, route: [[{ provider: local }]] } }',
      '1:49',
      '`reasoning_content` or `reasoning`',
    ],
    [
      'models: { a: { capabilities: { drop_params: [max_tokens] }, route: [[{ provider: local }]] } }',
      '1:46',
      'left out',
    ],
    ['models: { a: { strict_params: 1, route: [[{ provider: local }]] } }', '1:31', 'true or false'],
    ['a: &x 1\nb: *x', '1:1', 'Unknown key'],
  ])('%j is refused at %s: %s', (yaml, place, part) => {
    const { message } = refusal(yaml);
    expect(message).toContain(`tollgate.yaml:${place}: `);
    expect(message).toContain(part);
  });

  it('has all its errors told at once, in the order of the file', () => {
    const lines = refusal(
      'server: { heartbeat: soon }\nmodels:\n  a: { route: 1, wieght: 2 }\nlimits: 1',
    ).problems.map((p) => p.place?.line);
    expect(lines).toEqual([1, 3, 3, 4]);
  });

  it.each([
    ['a: { type: openai-compatible, base_url: "ftp://x" }', '`base_url` must be'],
    ['a: { type: openai-compatible, base_url: "http://u:p@h" }', '`base_url` must be'],
    [`a: { type: openai-compatible, base_url: "\${NOPE}" }`, 'NOPE is not set'],
    ['a: { type: openai-compatible, preset: depseek }', '`preset` must be'],
    ['a: { type: openai, api_key: 7 }', '`api_key` must be'],
    ['a: { type: gemini, api_keys: [] }', '`api_keys` is empty'],
    [
      'a: { type: bedrock, region: us-east-1, access_key_id: 1, secret_access_key: x }',
      '`access_key_id` must',
    ],
  ])('a provider that has it, but wrong, is not said to lack it: %s', (entry, part) => {
    const { problems, message } = refusal(`providers: { ${entry} }`);
    expect(message).toContain(part);
    expect(message).not.toContain('`a` needs');
    expect(problems).toHaveLength(1);
  });

  it.each([
    ['off', undefined],
    ['30m', 1_800_000],
  ])('server.idempotency: %s', (text, idempotencyMs) => {
    const server = resolve(`server: { idempotency: ${text} }`).server;
    expect(server.idempotencyMs).toBe(idempotencyMs);
  });

  it.each([
    ['0', 0],
    ['0s', 0],
    ['2m', 120_000],
  ])('server.idempotency_grace: %s', (text, idempotencyGraceMs) => {
    const server = resolve(`server: { idempotency_grace: ${text} }`).server;
    expect(server.idempotencyGraceMs).toBe(idempotencyGraceMs);
  });

  it.each([
    ['providers: { a: { type: openai-compatible, preset: depseek } }', 'Did you mean `deepseek`?'],
    ['providers: { a: { type: antropic, api_key: x } }', 'Did you mean `anthropic`?'],
    ['models: { a: { strategy: weigthed, route: [[{ provider: local }]] } }', 'Did you mean `weighted`?'],
    ['server: { quota_status: 420 }', 'must be 402 or 429.'],
    ['server: { idempotency: 25h }', 'must be `off`, or how long answers are kept: up to 24h'],
    ['server: { idempotency_grace: off }', 'must be `0`, or how long a request goes on without clients'],
    ['server: { idempotency: never }', 'must be `off`, or how long answers are kept: up to 24h'],
    ['providers: { a: { type: openai-compatible, preset: "sk-0123456789" } }', '`lm-studio`.'],
  ])('a word that is nearly one of those it may be is guessed: %s', (yaml, part) => {
    expect(refusal(yaml).message).toContain(part);
    expect(refusal(yaml).message).not.toContain('0123456789');
  });

  it('is shown with a caret and without secrets', () => {
    const yaml = [
      'providers:',
      '  a: { type: opnai, api_key: hidden1, headers: { X-Me: hidden2 }, apikey: "hidden3" }',
      '  b: { type: openai-compatible, base_url: "http://u:hidden4@h" }',
      '  c: { type: openai, api_key: [ hidden5 ] }',
      '  d: { type: openai, api_key: "line\\qhidden6" }',
    ].join('\n');
    for (const text of [yaml, yaml.split('\n').slice(0, 4).join('\n')]) {
      const pretty = refusal(text).pretty();
      expect(pretty).not.toContain('hidden');
      expect(pretty).toMatch(/\^/);
    }
  });

  it('is shown in full', () => {
    expect(refusal('server:\n\n  hartbeat: 5s\n').pretty()).toMatchInlineSnapshot(`
      "tollgate.yaml:3:3: Unknown key \`hartbeat\`. Did you mean \`heartbeat\`?
         |
       3 |   hartbeat: 5s
         |   ^^^^^^^^"
    `);
  });

  it.each(['a', 'key', 'a: 1\n', 'key: {', 'headers: { a: ', '- - ', "x: '", '://a'])(
    'is refused in reasonable time when it is full of %j',
    (piece) => {
      const started = performance.now();
      refusal(piece.repeat(Math.floor(100_000 / piece.length)));
      expect(performance.now() - started).toBeLessThan(15_000);
    },
  );

  it('is refused when it is not text', () => {
    const environment = readEnvironment({}, {}, machine);
    const source = { name: 't', modifiedAt: 0 };
    expect(() => resolveConfig(environment, { ...source, bytes: Uint8Array.of(0xff, 0xfe) })).toThrow(
      'UTF-8',
    );
    expect(() => resolveConfig(environment, { ...source, bytes: new Uint8Array(2 ** 21) })).toThrow('1 MiB');
    expect(() => resolveConfig(environment, { ...source, bytes: Buffer.alloc(2 ** 20, '[') })).toThrow(
      ConfigError,
    );
  });
});
