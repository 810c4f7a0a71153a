// Whatever a LiteLLM file says: it is refused with a reason, or the result is one that the loader takes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveConfig } from '../config.ts';
import { readEnvironment } from '../env.ts';
import { importLitellm } from './import-litellm.ts';
import { knownProviders } from './known-providers.ts';
import { ImportError } from './source.ts';

const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    0.5,
    1e-7,
    3,
    1e12,
    '',
    'a',
    'os.environ/X',
    'os.environ/',
    '$' + '{X}',
    '1',
    '__proto__',
    'é\u0007',
  ),
  fc.array(fc.constantFrom('m0', 'm1', 1, null), { maxLength: 2 }),
  fc.dictionary(
    fc.constantFrom('m0', 'm1', 'model', 'x-a', '__proto__'),
    fc.constantFrom('m1', 1, null, ['m0']),
  ),
);
/** A variable that fits anywhere does not exist. */
const oddAddress = odd.filter((value) => value !== 'os.environ/X');
const mostly = (...values: unknown[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: odd });
const prefixes = [...Object.keys(knownProviders), 'sagemaker', 'nobody'];
const model = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...prefixes).map((prefix) => `${prefix}/some-model`) },
  { weight: 1, arbitrary: odd },
);

const params = fc.record(
  {
    model,
    api_base: fc.oneof(fc.constantFrom('http://h:1/v1', 'https://h', 'os.environ/BASE', 'h'), oddAddress),
    api_key: mostly('os.environ/KEY', 'sk-1'),
    api_version: fc.oneof(fc.constantFrom('2024-10-21', 'preview', 'os.environ/VERSION'), oddAddress),
    organization: mostly('org'),
    extra_headers: odd,
    weight: mostly(1, 2.5, 1e9),
    rpm: mostly(60),
    tpm: mostly(100_000_000),
    order: mostly(1, 2),
    timeout: mostly(30, 0.01, 1e9),
    stream_timeout: mostly(5),
    num_retries: mostly(2, 100),
    max_tokens: mostly(100),
    input_cost_per_token: mostly(1e-6, '2e-6', 1e-18),
    output_cost_per_token: mostly(1e-6, 0),
    additional_drop_params: mostly(['temperature'], ['model']),
    custom_llm_provider: mostly('openai'),
    aws_region_name: fc.oneof(fc.constantFrom('us-east-1', 'os.environ/REGION', 'Mars'), oddAddress),
    aws_access_key_id: mostly('os.environ/KEY', 'AKIA'),
    aws_secret_access_key: mostly('os.environ/KEY'),
    aws_session_token: mostly('os.environ/KEY'),
    aws_role_name: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: odd }),
  },
  { requiredKeys: ['model'] },
);
const entry = fc.record({ model_name: mostly('m0', 'm1', 'm2'), litellm_params: params, model_info: odd });
const rules = mostly([{ m0: ['m1', 'm2'] }, { m1: ['m0'] }], { m0: 'm1' });
const settings = fc.record(
  {
    fallbacks: rules,
    default_fallbacks: mostly(['m1']),
    model_group_alias: mostly({ alias: 'm0', m1: 'm0' }, { 'a b': 'm0' }),
    routing_strategy: mostly('cost-based-routing', 'least-busy'),
    num_retries: mostly(3),
    allowed_fails: mostly(0, 5000),
    cooldown_time: mostly(1, 1e9),
    timeout: mostly(10),
  },
  { requiredKeys: [] },
);
const file = fc.record(
  {
    model_list: fc.array(fc.oneof({ weight: 9, arbitrary: entry }, { weight: 1, arbitrary: odd }), {
      maxLength: 5,
    }),
    router_settings: fc.oneof(settings, odd),
    litellm_settings: fc.oneof(settings, odd),
    general_settings: mostly({ max_request_size_mb: 5 }, { max_request_size_mb: 0 }),
    environment_variables: odd,
    credential_list: odd,
  },
  { requiredKeys: ['model_list'] },
);

const values: Readonly<Record<string, string>> = {
  VERSION: '2024-10-21',
  REGION: 'eu-north-1',
  AWS_REGION_NAME: 'us-east-1',
};
const inEnvironment = (name: string) => values[name] ?? (/BASE/.test(name) ? 'https://h.example' : 'x');

test('any file', { timeout: 120_000 }, () => {
  let imports = 0;
  fc.assert(
    fc.property(file, (content) => {
      const text = JSON.stringify(content);
      let imported: ReturnType<typeof importLitellm>;
      try {
        imported = importLitellm(text, 'config.yaml');
      } catch (error) {
        expect(error, text).toBeInstanceOf(ImportError);
        return;
      }
      imports++;
      const environment = readEnvironment(
        {},
        {
          TOLLGATE_DATA: '/nowhere',
          ...Object.fromEntries(imported.variables.map((name) => [name, inEnvironment(name)])),
        },
      );
      const source = { name: 'tollgate.yaml', bytes: Buffer.from(imported.yaml), modifiedAt: 0 };
      const config = resolveConfig(environment, source);
      expect(config.routes.models().map(({ name }) => name)).toEqual(
        expect.arrayContaining([...imported.models]),
      );
    }),
    { numRuns: 500 },
  );
  // Files that are refused prove nothing here.
  expect(imports).toBeGreaterThan(100);
});
