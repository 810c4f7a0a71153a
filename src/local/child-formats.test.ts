// JSON over HTTP: a model that writes at random, held to a format.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endTokens, type ServedChild, serveChild, user, writeTinyModel } from './fixtures/tiny-model.ts';

const files = { plain: writeTinyModel('chatml'), thinking: writeTinyModel('thinking') };
let plain: ServedChild;
let thinking: ServedChild;
beforeAll(async () => {
  plain = await serveChild({ modelPath: files.plain.path });
  thinking = await serveChild({ modelPath: files.thinking.path });
});
afterAll(async () => {
  await Promise.all([plain[Symbol.asyncDispose](), thinking[Symbol.asyncDispose]()]);
  for (const file of Object.values(files)) file[Symbol.dispose]();
});

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 5 },
    kind: { enum: ['a', 'b', null] },
    size: { type: 'integer', minimum: -5, maximum: 50 },
    tags: { type: 'array', items: { type: 'boolean' }, maxItems: 3 },
    when: { type: 'string', format: 'date' },
  },
  required: ['name', 'kind', 'size'],
  additionalProperties: false,
};
const format = (strict: boolean, given: object = schema) => ({
  type: 'json_schema',
  json_schema: { name: 'thing', strict, schema: given },
});
const wild = { messages: user('hello'), temperature: 2, max_tokens: 500 };
const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

describe.each([
  ['a model that does not think', () => plain, 'gpt-5.1'],
  ['after a pass of reasoning', () => plain, 'gpt-5.1-thinking'],
  ['a model that could think', () => thinking, 'gpt-5.1'],
  ['after its own thinking', () => thinking, 'gpt-5.1-thinking'],
])('%s', (_, child, model) => {
  test('json_schema: every seed fits', async () => {
    const texts = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const ask = { ...wild, model, reasoning_effort: 'minimal', seed, response_format: format(true) };
      const whole = await child().complete(
        model.endsWith('-thinking') ? ask : { ...ask, reasoning_effort: null },
      );
      const [choice] = whole.choices;
      expect(choice?.finish_reason).toBe('stop');
      const content = choice?.message.content ?? '';
      expect(fits(JSON.parse(content)), content).toBe(true);
      texts.add(content);
    }
    expect(texts.size).toBeGreaterThan(4);
  });
});

test('json_object: an object, or the beginning of one', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const answer = await plain.complete({ ...wild, seed, response_format: { type: 'json_object' } });
    const [choice] = answer.choices;
    const content = choice?.message.content ?? '';
    expect(content).toMatch(/^\{/);
    if (choice?.finish_reason === 'stop') expect(JSON.parse(content)).toBeTypeOf('object');
  }
});

test('the same seed gives the same JSON, whole and streamed', async () => {
  const ask = { ...wild, seed: 4, response_format: format(true) };
  const first = (await plain.complete(ask)).choices[0]?.message.content;
  expect((await plain.complete(ask)).choices[0]?.message.content).toBe(first);
  const chunks = await plain.stream(ask);
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(first);
});

test('cut off it is a beginning, and a stop sequence still stops', async () => {
  const ask = { ...wild, seed: 4, response_format: format(true) };
  const whole = (await plain.complete(ask)).choices[0]?.message.content ?? '';
  const cut = (await plain.complete({ ...ask, max_tokens: 8 })).choices[0];
  expect(cut?.finish_reason).toBe('length');
  expect(whole.startsWith(cut?.message.content ?? '-')).toBe(true);
  const stopped = (await plain.complete({ ...ask, stop: '"size"' })).choices[0];
  expect(stopped?.finish_reason).toBe('stop');
  expect(stopped?.message.content).toBe(whole.slice(0, whole.indexOf('"size"')));
});

test('a bias and penalties hold within the grammar', async () => {
  const answer = await plain.complete({
    ...wild,
    seed: 1,
    frequency_penalty: 2,
    logit_bias: { [endTokens.endOfTurn]: -100 },
    response_format: format(true, { type: 'string', minLength: 30, maxLength: 40 }),
  });
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toMatch(/^.{30,40}$/su);
});

test('not strict: what no grammar can keep is left out of it, and the answer is what came', async () => {
  const given = { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'], not: {} };
  const answer = await plain.complete({ ...wild, seed: 1, response_format: format(false, given) });
  const content = answer.choices[0]?.message.content ?? '';
  expect(content).toMatch(/^\{/);
});

test('others go on beside it', async () => {
  const [constrained, free] = await Promise.all([
    plain.complete({ ...wild, response_format: format(true) }),
    plain.complete({ messages: user('x'), max_tokens: 60, temperature: 1 }),
  ]);
  expect(fits(JSON.parse(constrained.choices[0]?.message.content ?? ''))).toBe(true);
  expect(free.usage.completion_tokens).toBeLessThanOrEqual(60);
});
