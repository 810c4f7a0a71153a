// Tools over HTTP, on a model whose template knows them and on one whose template does not. The models write at
// random, so what is right here is right by force.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatCompletion } from '../wire/openai/chat-response.ts';
import {
  byteToken,
  endless,
  endTokens,
  markupTokens,
  type ServedChild,
  serveChild,
  user,
  writeTinyModel,
} from './fixtures/tiny-model.ts';

const files = { plain: writeTinyModel('chatml'), knowing: writeTinyModel('thinking') };
let plain: ServedChild;
let knowing: ServedChild;
beforeAll(async () => {
  plain = await serveChild({ modelPath: files.plain.path });
  knowing = await serveChild({ modelPath: files.knowing.path });
});
afterAll(async () => {
  await Promise.all([plain[Symbol.asyncDispose](), knowing[Symbol.asyncDispose]()]);
  for (const file of Object.values(files)) file[Symbol.dispose]();
});

const object = (properties: object) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const schemas: Record<string, object> = {
  weather: object({ city: { enum: ['Oslo', 'Rome'] }, days: { type: 'integer', minimum: 1, maximum: 9 } }),
  time: object({ zone: { type: 'string', maxLength: 4 } }),
  now: object({}),
};
const tool = (name: string, strict = true) => ({
  type: 'function',
  function: { name, strict, ...(name !== 'now' && { parameters: schemas[name] }) },
});
const tools = [tool('weather'), tool('time', false), tool('now', false)];
const ajv = new Ajv2020({ strict: false });

/** Name and arguments of the calls, which all fit the schemas of their tools. */
function callsOf(answer: ChatCompletion, choice = 0): string[] {
  const calls = answer.choices[choice]?.message.tool_calls ?? [];
  for (const { id, type, function: called } of calls) {
    expect(id).toMatch(/^call_\w+$/);
    expect(type).toBe('function');
    expect(ajv.validate(schemas[called.name] ?? false, JSON.parse(called.arguments)), called.arguments).toBe(
      true,
    );
  }
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
  return calls.map((call) => call.function.name);
}

const wild = { messages: user('hello'), temperature: 2, max_tokens: 400, tools };

describe.each([
  ['a template that does not know tools', () => plain],
  ['a template that does', () => knowing],
])('%s', (_, child) => {
  test('required: always a call, whatever the seed', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 12; seed++) {
      const answer = await child().complete({
        ...wild,
        seed,
        tool_choice: 'required',
        parallel_tool_calls: false,
      });
      expect(answer.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
      for (const name of callsOf(answer)) seen.add(name);
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  test('named, and allowed_tools: only those', async () => {
    const named = { type: 'function', function: { name: 'time' } };
    const one = await child().complete({ ...wild, tool_choice: named });
    expect(callsOf(one)).toEqual(['time']);
    const allowed = { mode: 'required', tools: [named, { type: 'function', function: { name: 'now' } }] };
    for (let seed = 0; seed < 6; seed++) {
      const choice = { type: 'allowed_tools', allowed_tools: allowed };
      const answer = await child().complete({
        ...wild,
        seed,
        tool_choice: choice,
        parallel_tool_calls: false,
      });
      expect(['time', 'now']).toContain(callsOf(answer)[0]);
    }
  });

  test('parallel calls: several, each by its own schema, and not without end', async () => {
    // Without an end of its own it calls as often as it may.
    const answer = await child().complete({
      ...wild,
      messages: user('again'),
      max_tokens: 3000,
      tool_choice: 'required',
      parallel_tool_calls: true,
      logit_bias: { [endTokens.endOfTurn]: -50, [endTokens.endOfText]: -50 },
    });
    expect(callsOf(answer)).toHaveLength(8);
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('a call that max_tokens cuts off is told as far as it came', async () => {
    const named = { type: 'function', function: { name: 'weather' } };
    const ask = { ...wild, temperature: 0, tool_choice: named };
    const whole = await child().complete(ask);
    const full = whole.choices[0]?.message.tool_calls?.[0]?.function.arguments ?? '';
    let partial = 0;
    for (let tokens = 1; tokens < (whole.usage.completion_tokens ?? 0); tokens += 7) {
      const cut = await child().complete({ ...ask, max_tokens: tokens });
      const [choice] = cut.choices;
      expect(choice?.finish_reason).toBe('length');
      const call = choice?.message.tool_calls?.[0];
      expect(full.startsWith(call?.function.arguments ?? '')).toBe(true);
      if (call) partial++;
      else expect(choice?.message.content).toBe('');
    }
    expect(partial).toBeGreaterThan(0);
  });

  test('streamed: id, type and name once, then the arguments in pieces', async () => {
    const named = { type: 'function', function: { name: 'weather' } };
    const chunks = await child().stream({ ...wild, tool_choice: named, seed: 3 });
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta ?? {});
    expect(deltas[0]).toEqual({ role: 'assistant', content: '', refusal: null });
    const [first, ...rest] = deltas.flatMap((delta) => delta.tool_calls ?? []);
    expect(first).toEqual({
      index: 0,
      id: expect.stringMatching(/^call_/),
      type: 'function',
      function: { name: 'weather', arguments: '' },
    });
    for (const piece of rest) {
      expect(piece).toEqual({ index: 0, function: { arguments: expect.any(String) } });
    }
    expect(rest.length).toBeGreaterThan(5);
    const whole = await child().complete({ ...wild, tool_choice: named, seed: 3 });
    expect(rest.map((piece) => piece.function?.arguments).join('')).toBe(
      whole.choices[0]?.message.tool_calls?.[0]?.function.arguments,
    );
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  test('functions, the forerunners, are told as they were', async () => {
    const functions = [{ name: 'weather', parameters: schemas.weather }];
    const ask = { ...wild, tools: undefined, functions, function_call: { name: 'weather' }, seed: 1 };
    const { choices } = await child().complete(ask);
    const { message } = choices[0] as unknown as { message: { function_call: Record<string, string> } };
    expect(message).not.toHaveProperty('tool_calls');
    expect(message.function_call.name).toBe('weather');
    expect(ajv.validate(schemas.weather ?? {}, JSON.parse(message.function_call.arguments ?? ''))).toBe(true);
    expect(choices[0]?.finish_reason).toBe('function_call');
    const chunks = await child().stream(ask);
    const calls = chunks.flatMap((chunk) => {
      const delta = chunk.choices[0]?.delta as { function_call?: { name?: string; arguments: string } };
      return delta.function_call ?? [];
    });
    expect(calls[0]).toEqual({ name: 'weather', arguments: '' });
    expect(calls.map((call) => call.arguments).join('')).toBe(message.function_call.arguments);
  });

  test('after thinking a forced call is still a call', async () => {
    const answer = await child().complete({
      ...wild,
      model: 'gpt-5.1-thinking',
      reasoning_effort: 'minimal',
      tool_choice: 'required',
      parallel_tool_calls: false,
      logit_bias: { [endTokens.endOfTurn]: -9, [endTokens.endOfText]: -9 },
    });
    expect(callsOf(answer)).toHaveLength(1);
    expect(answer.usage.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
    expect(answer.choices[0]?.message.content).toBeNull();
  });

  test('tools cost prompt tokens, unless they may not be called', async () => {
    const ask = { messages: user('hello'), max_tokens: 1 };
    const without = await child().complete(ask);
    const given = await child().complete({ ...ask, tools });
    expect(given.usage.prompt_tokens).toBeGreaterThan(without.usage.prompt_tokens + 40);
    const none = await child().complete({ ...ask, tools, tool_choice: 'none' });
    expect(none.usage.prompt_tokens).toBe(without.usage.prompt_tokens);
  });

  test('calls and their results in the history are understood', async () => {
    const messages = [
      ...user('Weather in Oslo?'),
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Rain.' },
    ];
    const answer = await child().complete({ messages, max_tokens: 1, tools });
    expect(answer.usage.prompt_tokens).toBeGreaterThan(60);
  });
});

describe('auto', () => {
  /** It opens a call with its first token, and nothing else is certain. */
  const calling = { [markupTokens.callOpen]: 100, [markupTokens.callClose]: 30 };

  test('text is text', async () => {
    const bias = { ...endless, [byteToken('a')]: 100 };
    const answer = await knowing.complete({ ...wild, logit_bias: bias, max_tokens: 5 });
    expect(answer.choices[0]).toMatchObject({ message: { content: 'aaaaa' }, finish_reason: 'length' });
    expect(answer.choices[0]?.message).not.toHaveProperty('tool_calls');
  });

  test('from the moment it opens a call, that is held to the schemas', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const answer = await knowing.complete({
        ...wild,
        seed,
        parallel_tool_calls: false,
        logit_bias: calling,
      });
      expect(callsOf(answer)).toHaveLength(1);
      expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
    }
  });

  test('where JSON is asked for, it is a call or JSON', async () => {
    const kinds = new Set<string>();
    const schema = object({ a: { type: 'boolean' } });
    for (let seed = 0; seed < 12; seed++) {
      const answer = await knowing.complete({
        ...wild,
        seed,
        parallel_tool_calls: false,
        response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
      });
      const [choice] = answer.choices;
      kinds.add(choice?.finish_reason ?? '');
      if (choice?.message.content === null) callsOf(answer);
      else expect(ajv.validate(schema, JSON.parse(choice?.message.content ?? ''))).toBe(true);
    }
    expect(kinds).toEqual(new Set(['stop', 'tool_calls']));
  });

  test('a schema that no grammar can keep is not demanded where nothing is strict', async () => {
    const odd = {
      type: 'function',
      function: { name: 'odd', parameters: { $ref: 'https://example.org/x' } },
    };
    const answer = await plain.complete({ ...wild, tools: [odd], tool_choice: 'required', seed: 2 });
    const text = answer.choices[0]?.message.tool_calls?.[0]?.function.arguments ?? '';
    if (answer.choices[0]?.finish_reason === 'tool_calls') expect(JSON.parse(text)).toBeTypeOf('object');
    else expect(text).toMatch(/^\{/);
  });
});
