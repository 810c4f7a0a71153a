// Whatever a file holds, it either loads or is refused with places: never another exception, never a secret shown.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveConfig } from './config.ts';
import { readEnvironment } from './env.ts';
import { ConfigError } from './problem.ts';

const key = 'sk-live-q8Zr3tVw9LmN2xKc7';
const good = `providers:
  openai: { type: openai, api_key: "${key}" }
  cluster:
    type: openai-compatible
    base_url: http://10.0.0.7:8000/v1
    api_key: ${key}
    headers: { X-Key: '${key}' }
    capabilities: { max_tokens_field: max_tokens, usage_in_stream: false }
models:
  gpt-5.1:
    context_window: 400000
    price: { input: 1.25, cached_input: "0.125", output: 10.00 }
    route:
      - [ { provider: openai, weight: 3 }, { provider: cluster, model: my-model } ]
      - [ { provider: local } ]
    timeouts: { first_token: 60s, total: 30m }
  free: { price: free, route: [[{ provider: cluster }]] }
server: { heartbeat: 15s, body_limit: 32MiB }
`;
const environment = readEnvironment(
  {},
  { A: 'x' },
  { platform: 'linux', folder: '/', home: '/h', exists: () => false },
);

const piece = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '\n',
    '\t',
    '  ',
    '- ',
    '*',
    '&a ',
    '!x ',
    '|',
    '>',
    '#',
    '%',
    '---\n',
  ),
  fc.constantFrom(
    `\${A}`,
    `\${B}`,
    `$\${`,
    '${',
    '<<: ',
    '? ',
    '__proto__',
    'null',
    '-1',
    '1e400',
    '.nan',
    '0x1F',
    'true',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const edit = fc.record({ at: fc.nat(good.length), drop: fc.nat(12), put: fc.oneof(fc.constant(''), piece) });

const check = (text: string) => {
  try {
    resolveConfig(environment, { name: 'tollgate.yaml', bytes: Buffer.from(text), modifiedAt: 0 });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    const lines = text.split('\n').length;
    for (const { place, message } of error.problems) {
      expect(message).not.toContain('undefined');
      expect(place?.line).toBeGreaterThanOrEqual(1);
      expect(place?.line).toBeLessThanOrEqual(lines);
      expect(place?.column).toBeGreaterThanOrEqual(1);
    }
    // Half of the key would be half of the secret; an edit inside it leaves a piece of at least this length.
    expect(error.message + error.pretty()).not.toContain(key);
  }
};

it('takes a list for no names of providers', () => {
  check(good.replace('\n  openai:', '\n- openai:'));
});

it('survives any edits of a good file', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      check(edits.reduce((text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop), good));
    }),
    { numRuns: 1500 },
  );
});

it('survives any text', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => check(pieces.join(''))),
    { numRuns: 1000 },
  );
});
