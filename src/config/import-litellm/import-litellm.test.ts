// What a LiteLLM configuration becomes. Every result is loaded by the loader of tollgate.yaml itself.
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveConfig } from '../config.ts';
import { readEnvironment } from '../env.ts';
import { importLitellm } from './import-litellm.ts';
import { ImportError } from './source.ts';

const variables: Readonly<Record<string, string>> = {
  AZURE_BASE: 'https://west.openai.azure.com',
  AZURE_API_BASE: 'https://default.openai.azure.com',
  AZURE_VERSION: '2024-10-21',
  AWS_REGION_NAME: 'us-west-2',
};

/** The import and what the gateway makes of it. */
function load(yaml: string) {
  const imported = importLitellm(yaml, 'config.yaml');
  const environment = readEnvironment(
    {},
    {
      TOLLGATE_DATA: '/nowhere',
      ...Object.fromEntries(imported.variables.map((name) => [name, variables[name] ?? `value-of-${name}`])),
    },
  );
  const config = resolveConfig(environment, {
    name: 'tollgate.yaml',
    bytes: Buffer.from(imported.yaml),
    modifiedAt: 0,
  });
  const model = (name: string) => {
    const found = config.routes.model(name);
    if (!found) throw new Error(`no model ${name} in:\n${imported.yaml}`);
    return found;
  };
  const provider = (name: string) => {
    const found = config.providers.find((each) => each.name === name);
    if (found?.type === 'local' || !found) throw new Error(`no provider ${name} in:\n${imported.yaml}`);
    return { ...found, apiKey: found.apiKey?.reveal() };
  };
  const notes = imported.notes.map(({ kind, path, message }) => `${kind} ${path}: ${message}`).join('\n');
  return { ...imported, config, model, provider, notes };
}

/** A file with one deployment of these parameters. */
const one = (params: string, rest = '') => `
model_list:
  - model_name: m
    litellm_params: { ${params} }
${rest}`;

describe('providers', () => {
  test.each([
    ['model: openai/gpt-x', 'openai', 'openai', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'gpt-x'],
    ['model: gpt-4o', 'openai', 'openai', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'gpt-4o'],
    [
      'model: gpt-x, custom_llm_provider: openai, api_base: "https://api.openai.com/v1/"',
      'openai',
      'openai',
      'https://api.openai.com/v1',
      'OPENAI_API_KEY',
      'gpt-x',
    ],
    [
      'model: claude-x',
      'anthropic',
      'anthropic',
      'https://api.anthropic.com/v1',
      'ANTHROPIC_API_KEY',
      'claude-x',
    ],
    [
      'model: anthropic/claude-x, api_base: "https://proxy.example"',
      'anthropic',
      'anthropic',
      'https://proxy.example/v1',
      'ANTHROPIC_API_KEY',
      'claude-x',
    ],
    [
      'model: gemini/gemini-x',
      'gemini',
      'gemini',
      'https://generativelanguage.googleapis.com/v1beta',
      'GEMINI_API_KEY',
      'gemini-x',
    ],
    [
      'model: deepseek/deepseek-chat',
      'deepseek',
      'openai-compatible',
      'https://api.deepseek.com/v1',
      'DEEPSEEK_API_KEY',
      'deepseek-chat',
    ],
    [
      'model: openrouter/anthropic/claude-x',
      'openrouter',
      'openai-compatible',
      'https://openrouter.ai/api/v1',
      'OPENROUTER_API_KEY',
      'anthropic/claude-x',
    ],
    [
      'model: fireworks_ai/llama',
      'fireworks-ai',
      'openai-compatible',
      'https://api.fireworks.ai/inference/v1',
      'FIREWORKS_AI_API_KEY',
      'accounts/fireworks/models/llama',
    ],
    [
      'model: cerebras/llama',
      'cerebras',
      'openai-compatible',
      'https://api.cerebras.ai/v1',
      'CEREBRAS_API_KEY',
      'llama',
    ],
    [
      'model: ollama/llama, api_base: "http://h:11434"',
      'ollama',
      'openai-compatible',
      'http://h:11434/v1',
      undefined,
      'llama',
    ],
    [
      'model: hosted_vllm/org/x, api_base: "http://h:8000/v1"',
      'hosted-vllm',
      'openai-compatible',
      'http://h:8000/v1',
      undefined,
      'org/x',
    ],
    [
      'model: openai/org/x, api_base: "http://h:8000/v1/chat/completions"',
      'openai-compatible',
      'openai-compatible',
      'http://h:8000/v1',
      undefined,
      'org/x',
    ],
    [
      'model: azure/dep, api_base: os.environ/AZURE_BASE, api_version: os.environ/AZURE_VERSION',
      'azure',
      'azure-openai',
      'https://west.openai.azure.com/openai',
      'AZURE_API_KEY',
      'dep',
    ],
    [
      'model: azure/o_series/dep, api_version: preview',
      'azure',
      'azure-openai',
      'https://default.openai.azure.com/openai/v1',
      'AZURE_API_KEY',
      'dep',
    ],
    [
      'model: azure/dep, api_base: "https://x.openai.azure.com/openai/deployments/dep?api-version=1", api_version: "2024-10-21"',
      'azure',
      'azure-openai',
      'https://x.openai.azure.com/openai',
      'AZURE_API_KEY',
      'dep',
    ],
  ])('%s', (params, name, type, baseUrl, variable, upstream) => {
    const { provider, model } = load(one(params));
    expect(provider(name)).toMatchObject({ type, baseUrl });
    expect(provider(name).apiKey).toBe(variable && `value-of-${variable}`);
    expect(model('m').route).toEqual([[{ provider: name, model: upstream, weight: 1 }]]);
  });

  test('the address that Azure’s portal shows names deployment and version itself', () => {
    const address =
      'https://x.openai.azure.com/openai/deployments/dep2/chat/completions?api-version=2024-10-21';
    const { provider, model, notes } = load(one(`model: azure/any, api_base: "${address}"`));
    expect(provider('azure')).toMatchObject({
      baseUrl: 'https://x.openai.azure.com/openai',
      apiVersion: '2024-10-21',
    });
    expect(model('m').route[0]?.[0]?.model).toBe('dep2');
    expect(notes).not.toContain('Without `api_version`');
    expect(notes).toMatch(/changed model_list\[0\]\.litellm_params\.api_base: .*names the deployment/);
    const same = load(one(`model: azure/dep2, api_version: v1, api_base: "${address}"`));
    expect(same.provider('azure').baseUrl).toBe('https://x.openai.azure.com/openai/v1');
    expect(same.notes).not.toContain('names the deployment');
    const undated = load(
      one('model: azure/dep, api_base: "https://x.openai.azure.com/?api-version=preview"'),
    );
    expect(undated.provider('azure').baseUrl).toBe('https://x.openai.azure.com/openai/v1');
    expect(undated.notes).not.toContain('Without `api_version`');
  });

  test('a version that is none leaves the deployment out, and says why', () => {
    const { models, notes } = load(`
model_list:
  - { model_name: good, litellm_params: { model: openai/x } }
  - { model_name: m, litellm_params: { model: azure/d, api_base: "https://x.openai.azure.com/?api-version=a%20b" } }
`);
    expect(models).toEqual(['good']);
    expect(notes).toMatch(/lost model_list\[1\]\.litellm_params: .*api_version/);
  });

  test('Azure’s Responses API is not called, which is said', () => {
    const { model, notes } = load(one('model: azure/responses/o3, api_version: preview'));
    expect(model('m').route[0]?.[0]?.model).toBe('o3');
    expect(notes).toMatch(/changed model_list\[0\]\.litellm_params\.model: .*chat completions/);
    expect(load(one('model: openai/responses/gpt-x')).notes).not.toContain('chat completions');
  });

  test('one for all deployments with the same address and key; others get a number', () => {
    const { config, model } = load(`
model_list:
  - { model_name: a, litellm_params: { model: openai/x, api_key: os.environ/ONE } }
  - { model_name: b, litellm_params: { model: openai/y, api_key: os.environ/ONE } }
  - { model_name: b, litellm_params: { model: openai/y, api_key: os.environ/TWO } }
`);
    expect(config.providers.map(({ name }) => name)).toEqual(['local', 'openai', 'openai-2']);
    expect(model('b').route[0]?.map(({ provider }) => provider)).toEqual(['openai', 'openai-2']);
  });

  test('keys, headers and organization; a key with a brace in it stays what it is', () => {
    const { provider, notes, hasSecrets, yaml } = load(
      one(
        `model: openai/x, api_key: "sk-\${HOME}-0123456789abcdef", organization: org-1, extra_headers: { x-team: a, host: b }`,
      ),
    );
    expect(provider('openai').apiKey).toBe(`sk-\${HOME}-0123456789abcdef`);
    const { headers } = provider('openai');
    expect(Object.entries(headers).map(([name, value]) => [name, value.reveal()])).toEqual([
      ['x-team', 'a'],
      ['openai-organization', 'org-1'],
    ]);
    expect(hasSecrets).toBe(true);
    expect(notes).toMatch(/changed model_list\[0\]\.litellm_params\.api_key: The key stands in the new file/);
    expect(notes).toMatch(/lost model_list\[0\]\.litellm_params\.extra_headers\.host:/);
    expect(notes).not.toContain('0123456789abcdef');
    expect(yaml).toContain(`$\${HOME}`);
  });

  test('OpenAI’s key does not go to another address', () => {
    const { provider, notes, variables } = load(one('model: openai/x, api_base: "http://h/v1"'));
    expect(provider('openai-compatible').apiKey).toBeUndefined();
    expect(variables).toEqual([]);
    expect(notes).toMatch(/would send the key in OPENAI_API_KEY/);
  });

  test('credentials by name', () => {
    const { provider } = load(
      one(
        'model: azure/x, litellm_credential_name: c',
        `credential_list:
  - { credential_name: c, credential_values: { api_key: os.environ/K, api_base: "https://c.openai.azure.com" } }`,
      ),
    );
    expect(provider('azure')).toMatchObject({
      apiKey: 'value-of-K',
      baseUrl: 'https://c.openai.azure.com/openai/v1',
    });
  });
});

describe('models', () => {
  test('one name several times: a group with weights by weight, rpm or tpm; orders make groups', () => {
    const { model } = load(`
model_list:
  - { model_name: w, litellm_params: { model: openai/a, weight: 3, rpm: 7 } }
  - { model_name: w, litellm_params: { model: openai/b, weight: 1 } }
  - { model_name: r, litellm_params: { model: openai/a, rpm: 60 } }
  - { model_name: r, litellm_params: { model: openai/b, rpm: 600 } }
  - { model_name: t, litellm_params: { model: openai/a, tpm: 10000000 } }
  - { model_name: t, litellm_params: { model: openai/b, tpm: 5000000 } }
  - { model_name: o, litellm_params: { model: openai/late } }
  - { model_name: o, litellm_params: { model: openai/second, order: 2 } }
  - { model_name: o, litellm_params: { model: openai/first, order: 1 } }
  - { model_name: z, litellm_params: { model: openai/a, weight: 1 } }
  - { model_name: z, litellm_params: { model: openai/b, weight: 0 } }
`);
    const shape = (name: string) =>
      model(name).route.map((group) => group.map((target) => [target.model, target.weight]));
    expect(shape('w')).toEqual([
      [
        ['a', 3],
        ['b', 1],
      ],
    ]);
    expect(shape('r')).toEqual([
      [
        ['a', 60],
        ['b', 600],
      ],
    ]);
    expect(shape('t')).toEqual([
      [
        ['a', 1_000_000],
        ['b', 500_000],
      ],
    ]);
    expect(shape('o')).toEqual([[['first', 1]], [['second', 1]], [['late', 1]]]);
    expect(shape('z')).toEqual([[['a', 1]]]);
  });

  test('fallbacks are later groups, theirs behind them, in circles too; by id, alias and default', () => {
    const { model, notes } = load(`
model_list:
  - { model_name: a, litellm_params: { model: openai/a } }
  - { model_name: b, litellm_params: { model: openai/b } }
  - { model_name: c, litellm_params: { model: openai/c }, model_info: { id: the-c } }
  - { model_name: d, litellm_params: { model: openai/d } }
router_settings:
  fallbacks: [ { a: [ b, nobody ] }, { b: [ the-c, a ] } ]
  model_group_alias: { e: a, f: { model: b, hidden: true } }
litellm_settings:
  fallbacks: [ { a: [ d ] } ]
  default_fallbacks: [ d ]
  context_window_fallbacks: [ { a: [ d ] } ]
`);
    const upstreams = (name: string) =>
      model(name).route.map((group) => group.map((target) => target.model).join('+'));
    expect(upstreams('a')).toEqual(['a', 'b', 'c']);
    expect(upstreams('b')).toEqual(['b', 'c', 'a']);
    expect(upstreams('c')).toEqual(['c', 'd']);
    expect(upstreams('d')).toEqual(['d']);
    expect(upstreams('e')).toEqual(['a', 'b', 'c']);
    expect(notes).toMatch(/lost router_settings\.fallbacks: `nobody` is no model/);
    expect(notes).toMatch(/changed router_settings\.model_group_alias\.f: There are no hidden models/);
    expect(notes).toMatch(/lost litellm_settings\.context_window_fallbacks:/);
  });

  test('prices as they were written, per million; the highest of a group', () => {
    const { model, notes } = load(`
model_list:
  - { model_name: a, litellm_params: { model: openai/a, input_cost_per_token: 0.00000125, output_cost_per_token: 1e-05, cache_read_input_token_cost: 1.25e-07 } }
  - model_name: b
    litellm_params: { model: openai/a, input_cost_per_token: 1.1e-6, output_cost_per_token: 0 }
    model_info: { input_cost_per_token: 9, output_cost_per_token: 9 }
  - { model_name: b, litellm_params: { model: openai/b, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } }
  - { model_name: own, litellm_params: { model: ollama/x } }
  - { model_name: zero, litellm_params: { model: openai/x, input_cost_per_token: 0, output_cost_per_token: 0 } }
  - { model_name: half, litellm_params: { model: openai/x, input_cost_per_token: 1e-6 } }
  - { model_name: fine, litellm_params: { model: openai/x, input_cost_per_token: 1e-17, output_cost_per_token: 1e-6 } }
`);
    expect(model('a').price).toMatchObject({
      input: 1_250_000_000n,
      output: 10_000_000_000n,
      cachedInput: 125_000_000n,
    });
    expect(model('b').price).toMatchObject({ input: 1_100_000_000n, output: 2_000_000_000n });
    expect(model('own').price).toMatchObject({ version: 'free' });
    expect(model('zero').price).toMatchObject({ version: 'free' });
    expect(model('half').price).toBeUndefined();
    expect(model('fine').price).toBeUndefined();
    expect(notes).toMatch(/changed model_list\[1\], model_list\[2\]: A model has one price/);
    expect(notes).toMatch(/lost model_list\[6\]\.litellm_params\.input_cost_per_token: This is no price/);
    expect(notes).toMatch(/lost model_list\[5\]: The file has no price/);
  });

  test('time limits, retries, caps and what it cannot do', () => {
    const { model } = load(
      one(
        'model: openai/x, timeout: 0.5, stream_timeout: 90, max_tokens: 100, additional_drop_params: [seed], num_retries: 2',
        `    model_info: { max_input_tokens: 8000, supports_vision: false, supports_function_calling: true }
litellm_settings: { num_retries: 9, request_timeout: 600 }`,
      ),
    );
    expect(model('m')).toMatchObject({
      timeouts: { firstTokenMs: 500, idleMs: 90_000, totalMs: 1_800_000 },
      retry: { rounds: 2 },
      maxOutputTokens: 100,
      contextWindow: 8000,
      capabilities: { images: false, dropParams: ['seed'] },
    });
    expect(model('m').capabilities).not.toHaveProperty('tools');
  });

  test('retries are shared by the targets of a model', () => {
    const { model } = load(`
model_list:
  - { model_name: m, litellm_params: { model: openai/a } }
  - { model_name: m, litellm_params: { model: openai/b } }
router_settings: { num_retries: 3 }
`);
    expect(model('m').retry.rounds).toBe(1);
  });

  test.each([
    ['simple-shuffle', 'weighted'],
    ['latency-based-routing', 'least-latency'],
    ['least-busy', 'least-latency'],
    ['cost-based-routing', 'lowest-cost'],
    ['usage-based-routing-v2', 'weighted'],
    ['no-such', 'weighted'],
  ])('routing_strategy %s is %s', (theirs, ours) => {
    const { model } = load(
      one(
        'model: openai/x, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6',
        `router_settings: { routing_strategy: ${theirs} }`,
      ),
    );
    expect(model('m').strategy).toBe(ours);
    expect(model('m').route[0]?.[0]?.cost).toBe(ours === 'lowest-cost' ? 3 : undefined);
  });

  test('circuit breaker and body limit', () => {
    const settings =
      'router_settings: { allowed_fails: 2, cooldown_time: 7.5 }\ngeneral_settings: { max_request_size_mb: 20 }';
    const { config } = load(one('model: openai/x', settings));
    expect(config.server).toMatchObject({
      bodyLimitBytes: 20 * 1024 * 1024,
      circuitBreaker: { failures: 3, openMs: 7500 },
    });
    const off = load(one('model: openai/x', 'router_settings: { disable_cooldowns: true }'));
    expect(off.config.server.circuitBreaker.failures).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('Amazon Bedrock', () => {
  const bedrock = (params: string) => {
    const loaded = load(one(params));
    const found = loaded.config.providers.find(({ type }) => type === 'bedrock');
    if (found?.type !== 'bedrock') throw new Error(loaded.notes);
    const { credentials, baseUrl, region, apiKey } = found;
    return {
      notes: loaded.notes,
      target: loaded.model('m').route[0]?.[0]?.model,
      baseUrl,
      region,
      apiKey: apiKey?.reveal(),
      pair: credentials && [
        credentials.accessKeyId.reveal(),
        credentials.secretAccessKey.reveal(),
        credentials.sessionToken?.reveal(),
      ],
    };
  };

  test('keys, token and region of the file', () => {
    const params =
      'model: bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0, aws_region_name: eu-west-1, aws_access_key_id: os.environ/ID, aws_secret_access_key: os.environ/SECRET, aws_session_token: os.environ/TOKEN';
    expect(bedrock(params)).toEqual({
      notes: expect.not.stringContaining('aws_'),
      target: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      baseUrl: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
      apiKey: undefined,
      pair: ['value-of-ID', 'value-of-SECRET', 'value-of-TOKEN'],
    });
  });

  test('what LiteLLM would take from elsewhere comes from variables, and is said', () => {
    const { notes, region, pair, target } = bedrock('model: bedrock_converse/us-east-1/amazon.nova-pro-v1:0');
    expect(target).toBe('amazon.nova-pro-v1:0');
    expect(region).toBe('us-west-2');
    expect(pair).toEqual(['value-of-AWS_ACCESS_KEY_ID', 'value-of-AWS_SECRET_ACCESS_KEY', undefined]);
    expect(notes).toMatch(/variable AWS_REGION_NAME/);
    expect(notes).toMatch(/AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only/);
  });

  test('a key of Bedrock, an endpoint, an ARN, a key written out', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0';
    const one = bedrock(
      `model: "bedrock/${arn}", aws_region_name: us-east-1, api_key: os.environ/KEY, aws_bedrock_runtime_endpoint: "https://vpce.example.com"`,
    );
    expect(one).toMatchObject({
      target: arn,
      baseUrl: 'https://vpce.example.com',
      apiKey: 'value-of-KEY',
      pair: undefined,
    });
    const written = bedrock(
      'model: bedrock/x, aws_region_name: us-east-1, aws_access_key_id: AKIAEXAMPLE, aws_secret_access_key: wJalr',
    );
    expect(written.notes).toMatch(/aws_secret_access_key: The key stands in the new file/);
    expect(written.notes).not.toMatch(/wJalr|AKIAEXAMPLE/);
  });
});

describe('what is left out', () => {
  const good = '  - { model_name: good, litellm_params: { model: openai/x } }';
  test.each([
    [
      '{ model_name: "*", litellm_params: { model: "openai/*" } }',
      /lost model_list\[1\]: Patterns are not read/,
    ],
    [
      '{ model_name: a, litellm_params: { model: opnai/x } }',
      /lost model_list\[1\]\.litellm_params\.model: .*`opnai`.* Did you mean `openai`\?/,
    ],
    [
      '{ model_name: a, litellm_params: { model: bedrock/agent/x } }',
      /lost model_list\[1\]\.litellm_params\.model: .*by its Converse API; this names another way/,
    ],
    [
      '{ model_name: a, litellm_params: { model: bedrock/x, aws_role_name: "arn:aws:iam::1:role/r" } }',
      /lost model_list\[1\]\.litellm_params\.aws_role_name: .*takes on no role.* left out/,
    ],
    [
      '{ model_name: a, litellm_params: { model: bedrock/x, aws_region_name: Mars } }',
      /could not be called: `region` must be an AWS region/,
    ],
    ['{ model_name: a, litellm_params: { model: sagemaker/x } }', /no provider type for SageMaker/],
    [
      '{ model_name: a, litellm_params: { model: vertex_ai/gemini } }',
      /`type: gemini` with a key of Google AI Studio/,
    ],
    ['{ model_name: a, litellm_params: { model: mystery } }', /The name does not tell the provider/],
    [
      '{ model_name: a, litellm_params: { model: text-x }, model_info: { mode: embedding } }',
      /a model of mode `embedding`/,
    ],
    [
      '{ model_name: "a b", litellm_params: { model: openai/x } }',
      /lost model_list\[1\]: The model is left out: This must be a model's name/,
    ],
    [
      '{ model_name: a, litellm_params: { model: openai/x, api_base: "h:8000:x" } }',
      /lost model_list\[1\]\.litellm_params/,
    ],
    [
      '{ model_name: a, litellm_params: { model: openai/x, api_base: "http://u:p@h/v1" } }',
      /could not be called: .*without credentials/,
    ],
    [
      '{ model_name: a, litellm_params: { model: openai/x, api_key: "zwölf" } }',
      /could not be called: `api_key` must be/,
    ],
    [
      '{ model_name: a, litellm_params: { model: custom_openai/x } }',
      /could not be called: LiteLLM’s file has no `api_base`/,
    ],
    [
      '{ model_name: a, litellm_params: { model: azure/, api_base: "https://h", api_key: k } }',
      /lost model_list\[1\]\.litellm_params\.model: The name of the model is missing/,
    ],
    [
      '{ model_name: a, litellm_params: { model: text-completion-openai/x } }',
      /serves chat completions, and these are for plain ones/,
    ],
    ['{ model_name: a }', /lost model_list\[1\]: It needs `model_name` and `litellm_params\.model`/],
    ['nonsense', /lost model_list\[1\]: It needs/],
  ])('%s', (entry, says) => {
    const { models, notes, yaml } = load(`model_list:\n${good}\n  - ${entry}\n`);
    expect(models).toEqual(['good']);
    expect(Object.keys(parse(yaml).providers)).toEqual(['openai']);
    expect(notes).toMatch(says);
  });

  test('parameters inside of others are dropped as a whole or not at all', () => {
    const { model, notes } = load(
      one('model: openai/x, additional_drop_params: [temperature, response_format.x, "tools[*].strict", 7]'),
    );
    expect(model('m').capabilities).toEqual({ dropParams: ['temperature'] });
    expect(notes).toMatch(
      /lost model_list\[0\]\.litellm_params\.additional_drop_params: .*`response_format\.x`, `tools\[\*\]\.strict`/,
    );
    expect(load(one('model: openai/x, additional_drop_params: seed')).notes).toContain(
      'additional_drop_params',
    );
    expect(load(one('model: openai/x, additional_drop_params: [seed]')).notes).not.toContain(
      'additional_drop',
    );
  });

  test('files that it includes are named', () => {
    const { notes } = load(one('model: openai/x', 'include: [ a.yaml ]'));
    expect(notes).toMatch(/lost include: Other files are not read/);
  });

  test('every other setting is named with its place, and no value of it', () => {
    const { notes } = load(`
model_list:
  - model_name: m
    litellm_params: { model: openai/x, rpm: 5, temperature: 0.1, tags: [free], mock_response: no-secret-1, whatever: no-secret-2 }
    model_info: { access_groups: [beta], description: fine }
litellm_settings: { cache: true, callbacks: [otel], drop_params: true, max_budget: 9, set_verbose: true, unheard_of: no-secret-3 }
router_settings: { redis_password: no-secret-4, retry_policy: {}, enable_pre_call_checks: true }
general_settings: { master_key: no-secret-5, database_url: no-secret-6, alerting: [slack] }
environment_variables: { LANGFUSE_SECRET: no-secret-7 }
guardrails: [ { guardrail_name: pii } ]
mcp_servers: {}
novelty: 1
`);
    const paths = notes.split('\n').map((line) => line.split(':')[0]);
    expect(paths).toEqual(
      expect.arrayContaining(
        [
          'model_list[0].litellm_params.rpm',
          'model_list[0].litellm_params.temperature',
          'model_list[0].litellm_params.tags',
          'model_list[0].litellm_params.mock_response',
          'model_list[0].litellm_params.whatever',
          'model_list[0].model_info.access_groups',
          'litellm_settings.cache',
          'litellm_settings.callbacks',
          'litellm_settings.drop_params',
          'litellm_settings.max_budget',
          'litellm_settings.set_verbose',
          'litellm_settings.unheard_of',
          'router_settings.redis_password',
          'router_settings.retry_policy',
          'router_settings.enable_pre_call_checks',
          'general_settings.master_key',
          'general_settings.database_url',
          'general_settings.alerting',
          'environment_variables.LANGFUSE_SECRET',
          'guardrails',
          'mcp_servers',
          'novelty',
        ].map((path) => `lost ${path}`),
      ),
    );
    expect(notes).not.toContain('no-secret');
    expect(notes).not.toContain('description');
  });
});

describe('files that cannot be imported', () => {
  test.each([
    ['model_list: [', /not valid YAML: see line \d+, column \d+/],
    ['model_list: { a: "sk-secret', /not valid YAML/],
    ['just text', /no block of keys/],
    ['- a', /no block of keys/],
    ['', /no block of keys/],
    ['general_settings: {}', /has no `model_list`/],
    ['include: [ a.yaml ]', /Put what `include` names into one file first/],
    ['model_list: 3', /`model_list` is no list/],
    ['model_list: []', /none of its models/],
    ['include: [ a.yaml ]\nmodel_list: []', /none of its models[\s\S]*include: Other files are not read/],
    [
      'model_list: [ { model_name: a, litellm_params: { model: nowhere/x } } ]',
      /none of its models[\s\S]*model_list\[0\]\.litellm_params\.model: .*`nowhere`/,
    ],
    [`model_list: ${'['.repeat(5_000)}`, /YAML/],
    ['model_list: &a [ *a ]', /YAML|none of its models/],
  ])('%j', (text, says) => {
    let message = '';
    try {
      importLitellm(text, 'config.yaml');
    } catch (error) {
      expect(error).toBeInstanceOf(ImportError);
      message = (error as Error).message;
    }
    expect(message).toMatch(says);
    expect(message).not.toContain('sk-secret');
  });
});

test('a provider that no target is left for is not written', () => {
  const { yaml, variables } = load(`
model_list:
  - { model_name: a, litellm_params: { model: openai/x, weight: 1 } }
  - { model_name: a, litellm_params: { model: anthropic/y, weight: 0 } }
`);
  expect(Object.keys(parse(yaml).providers)).toEqual(['openai']);
  expect(variables).toEqual(['OPENAI_API_KEY']);
});

test('anchors and merges are read as LiteLLM reads them', () => {
  const { model, provider } = load(`
defaults: &azure { api_base: "https://x.openai.azure.com", api_key: os.environ/K, api_version: 2024-10-21 }
model_list:
  - { model_name: a, litellm_params: { <<: *azure, model: azure/one } }
  - { model_name: b, litellm_params: { <<: *azure, model: azure/two } }
`);
  expect(provider('azure')).toMatchObject({ apiKey: 'value-of-K', apiVersion: '2024-10-21' });
  expect([model('a'), model('b')].map(({ route }) => route[0]?.[0]?.model)).toEqual(['one', 'two']);
});

test('the result says where its parts came from and has no aliases', () => {
  const { yaml } = load(
    one('model: openai/x', 'router_settings: { model_group_alias: { n: m }, num_retries: 1 }'),
  );
  expect(yaml).toContain('from config.yaml');
  expect(yaml).toMatch(/# model_list\[0\]\n {2}m:/);
  expect(yaml).toMatch(/# another name of m\n {2}n:/);
  expect(yaml).toMatch(/# price: \{ input: …, output: … \}/);
  expect(yaml).not.toMatch(/[&*]a\d/);
});
