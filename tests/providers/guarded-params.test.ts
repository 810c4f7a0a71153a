// What a client may not slip past the operator to an upstream of OpenAI's dialect: other models, more output, fees, other
// hosts. Through a gateway whose upstream records what it got.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  guardedAnywhere,
  guardedAtAzure,
  guardedByPreset,
  namesOf,
} from '../../src/config/guarded-params.ts';
import { presetNames } from '../../src/config/presets.ts';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url] });
  const provider = (members: Json) => ({ base_url: upstream.url, api_key: upstreamKey, ...members });
  const compatible = (members: Json = {}) => provider({ type: 'openai-compatible', ...members });
  const model = (name: string, members: Json = {}) => ({
    price: 'free',
    route: [[{ provider: name, model: 'up' }]],
    ...members,
  });
  const names = ['any', 'openai', 'azure', ...presetNames];
  await gateway.configure({
    providers: {
      any: compatible(),
      openai: provider({ type: 'openai' }),
      azure: provider({ type: 'azure-openai', base_url: `${upstream.url}/openai/v1` }),
      open: compatible({ preset: 'openrouter', capabilities: { allow_params: ['provider'] } }),
      dropping: compatible({ preset: 'vllm', capabilities: { drop_params: ['seed'] } }),
      ...Object.fromEntries(presetNames.map((preset) => [preset, compatible({ preset })])),
    },
    models: {
      ...Object.fromEntries(names.map((name) => [name, model(name)])),
      open: model('open'),
      'open-model': model('openrouter', { capabilities: { allow_params: ['models'] } }),
      dropping: model('dropping'),
      strict: model('vllm', { strict_params: true }),
    },
    server: { circuit_breaker: 'off' },
  });
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const droppedBy = (response: Response) =>
  response.headers.get('x-tollgate-dropped-params')?.split(', ') ?? [];

const cases: [string, readonly string[]][] = [
  ...Object.entries(guardedByPreset).map(([preset, guarded]): [string, readonly string[]] => [
    preset,
    namesOf(guarded),
  ]),
  ['evolink', guardedAnywhere],
  ['any', guardedAnywhere],
  ['openai', guardedAnywhere],
  ['azure', namesOf(guardedAtAzure)],
];

describe.each(cases)('%s', (model, names) => {
  test.each([true, false])(
    'what gets round the operator is not sent, and named; stream: %s',
    async (stream) => {
      const members = Object.fromEntries(names.map((name) => [name, ['dear-model']]));
      const response = await gateway.chat(ask({ model, stream, ...members, min_p: 0.1, ignore_eos: true }));
      expect(response.status).toBe(200);
      await response.text();
      expect(droppedBy(response).toSorted()).toEqual(names.toSorted());
      const { body } = upstream.last();
      expect(Object.keys(body).filter((name) => names.includes(name))).toEqual([]);
      expect(body).toMatchObject({ model: 'up', min_p: 0.1, ignore_eos: true });
    },
  );
});

test.each(presetNames)('%s: what only steers goes through', async (model) => {
  const steering = {
    top_k: 3,
    min_p: 0.1,
    repetition_penalty: 1.1,
    min_tokens: 1,
    ignore_eos: true,
    chat_template_kwargs: { enable_thinking: false },
    guided_json: {},
    regex: 'a+',
    cache_prompt: true,
    context_length_exceeded_behavior: 'error',
    transforms: ['middle-out'],
  };
  const response = await gateway.chat(ask({ model, ...steering }));
  expect(response.status).toBe(200);
  expect(droppedBy(response)).toEqual([]);
  expect(upstream.last().body).toMatchObject(steering);
});

test('in any letters: readers written in Go take them all', async () => {
  const members = { Models: ['a'], N_PREDICT: 9, 'fallback\u017f': ['b'], models: ['c'] };
  const response = await gateway.chat(ask({ model: 'any', ...members }));
  expect(response.status).toBe(200);
  expect(Object.keys(upstream.last().body).toSorted()).toEqual(['messages', 'model']);
  expect(droppedBy(response)).toEqual(['Models', 'N_PREDICT', 'fallback%C5%BF', 'models']);
});

test('null asks for nothing', async () => {
  const response = await gateway.chat(ask({ model: 'any', models: null }));
  expect(droppedBy(response)).toEqual([]);
});

test('the operator may let some through, of a provider or a model, and dropping others opens none', async () => {
  const members = { models: ['a'], provider: { sort: 'price' } };
  expect(droppedBy(await gateway.chat(ask({ model: 'open', ...members })))).toEqual(['models']);
  expect(upstream.last().body).toMatchObject({ provider: members.provider });
  expect(droppedBy(await gateway.chat(ask({ model: 'open-model', ...members })))).toEqual(['provider']);
  expect(upstream.last().body).toMatchObject({ models: ['a'] });
  const dropping = await gateway.chat(ask({ model: 'dropping', best_of: 9, seed: 1 }));
  expect(droppedBy(dropping)).toEqual(['seed', 'best_of']);
});

test('a strict model refuses them', async () => {
  const response = await gateway.chat(ask({ model: 'strict', best_of: 9 }));
  expect(response.status).toBe(400);
  expect(((await response.json()) as Json).error.message).toContain('best_of');
  expect(upstream.requests).toEqual([]);
});

test('docs/providers.md names each of them', () => {
  const page = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8').toLowerCase();
  const missing = [...guardedAnywhere, ...namesOf(guardedAtAzure)].filter(
    (name) => !page.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});
