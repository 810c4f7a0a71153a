// What the official client offers beside text, with the real language model behind the gateway: tools, JSON by a
// schema, several choices, log probabilities. The model is small: what it says is only looked at where even it is sure.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { makeParseableResponseFormat } from 'openai/lib/parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realModel } from '../support/real-model.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';

const key = 'embedded-model-0123456789';
const model = 'gpt-5.1';
const timeout = 180_000;

let missing: string | undefined;
let data: string;
let serve: ServeProcess;
let client: OpenAI;

beforeAll(async () => {
  const found = await realModel();
  if ('missing' in found) {
    missing = found.missing;
    return;
  }
  data = await mkdtemp(join(tmpdir(), 'tollgate-embedded-'));
  serve = await serveProcess({
    data,
    environment: { TOLLGATE_LOCAL_MODEL: found.path, TOLLGATE_BOOTSTRAP_KEY: key },
  });
  await serve.ready(60_000);
  client = new OpenAI({ baseURL: `${serve.url}/v1`, apiKey: key, maxRetries: 0 });
}, 300_000);

afterAll(async () => {
  if (missing !== undefined) return;
  expect(await serve.end('SIGTERM')).toBe(0);
  await rm(data, { recursive: true, force: true });
});

beforeEach((context) => context.skip(missing !== undefined, `the real model is not to be had: ${missing}`));

const user = (content: string) => [{ role: 'user' as const, content }];
const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const weatherParameters = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Name of the city' },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city', 'unit'],
  additionalProperties: false,
};
const tools: OpenAI.ChatCompletionFunctionTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the current weather of a city',
      strict: true,
      parameters: weatherParameters,
    },
  },
  {
    type: 'function',
    function: {
      name: 'get_time',
      description: 'Get the current time in a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
const askWeather = user('What is the weather in Paris, in celsius?');

describe('tools', () => {
  test('named: the arguments are taken from the question', { timeout }, async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: askWeather,
      tools,
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      temperature: 0,
    });
    const [choice] = answer.choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    const [call] = choice?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather' } });
    const input = JSON.parse(call?.type === 'function' ? call.function.arguments : '');
    expect(input).toEqual({ city: 'Paris', unit: 'celsius' });
  });

  test('auto: it calls when a tool helps, and the result leads to an answer', { timeout }, async () => {
    const asked: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model,
      messages: askWeather,
      temperature: 0,
      // Whatever else is in the cache.
      seed: 1,
      max_tokens: 120,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Get the current weather of a city',
            parameters: weatherParameters,
            parse: JSON.parse as (input: string) => object,
            function(input: object) {
              asked.push(input);
              return '17 degrees and rain';
            },
          },
        },
      ],
    });
    const final = await runner.finalContent();
    expect(asked).toContainEqual({ city: 'Paris', unit: 'celsius' });
    expect(final).toMatch(/\p{L}{2,}/u);
  });

  test('required, streamed: the helper of the client puts the call together', { timeout }, async () => {
    const fragments: string[] = [];
    const stream = client.chat.completions.stream({
      model,
      messages: askWeather,
      tools,
      tool_choice: 'required',
      parallel_tool_calls: false,
      stream_options: { include_usage: true },
    });
    stream.on('tool_calls.function.arguments.delta', ({ arguments_delta: text }) => fragments.push(text));
    const final = await stream.finalChatCompletion();
    const calls = final.choices[0]?.message.tool_calls ?? [];
    expect(calls).toHaveLength(1);
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
    const written = calls[0]?.type === 'function' ? calls[0].function.arguments : '';
    expect(JSON.parse(written)).toHaveProperty('city');
    expect(fragments.join('')).toBe(written);
    expect(fragments.length).toBeGreaterThan(4);
    expect(final.usage?.completion_tokens).toBeGreaterThan(fragments.length);
  });

  test('none: text', { timeout }, async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: askWeather,
      tools,
      tool_choice: 'none',
      max_tokens: 20,
    });
    expect(answer.choices[0]?.message.content).toMatch(/\p{L}/u);
    expect(answer.choices[0]?.message).not.toHaveProperty('tool_calls');
  });

  test('after thinking', { timeout }, async () => {
    const answer = await client.chat.completions.create({
      model: 'gpt-5.1-thinking',
      messages: askWeather,
      tools,
      tool_choice: 'required',
      temperature: 0,
    });
    expect(answer.choices[0]?.message.tool_calls?.length).toBeGreaterThan(0);
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
  });
});

describe('JSON', () => {
  test.each([
    ['Anna Smith is 31 years old and lives in Oslo. Extract her name and age.', 'Anna Smith', 31],
    ['Extract the person: My neighbour Peter turned 54 last week.', 'Peter', 54],
  ])('by a schema, read by the client: %s', { timeout }, async (question, name, age) => {
    const format = makeParseableResponseFormat<{ name: string; age: number }>(
      { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: person } },
      (content) => JSON.parse(content),
    );
    const messages = user(question);
    const answer = await client.chat.completions.parse({
      model,
      messages,
      temperature: 0,
      response_format: format,
    });
    expect(answer.choices[0]?.message.parsed).toEqual({ name, age });
  });

  test('any object, whole and streamed', { timeout }, async () => {
    const ask = {
      model,
      messages: user('Anna is 31 years old. Give me her name and age as JSON.'),
      temperature: 0,
      response_format: { type: 'json_object' as const },
    };
    const whole = await client.chat.completions.create(ask);
    expect(JSON.parse(whole.choices[0]?.message.content ?? '')).toBeTypeOf('object');
    const streamed = await client.chat.completions.stream(ask).finalContent();
    expect(JSON.parse(streamed ?? '')).toBeTypeOf('object');
  });

  test('a strict schema that cannot be kept is refused with its place', { timeout }, async () => {
    const schema = { type: 'object', properties: { a: { not: {} } } };
    const request = client.chat.completions.create({
      model,
      messages: user('x'),
      response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
    });
    await expect(request).rejects.toMatchObject({
      status: 400,
      code: 'unsupported_value',
      param: 'response_format.json_schema.schema.properties.a',
      message: expect.stringContaining("'not'"),
    });
  });
});

describe('choices and log probabilities', () => {
  const ask = { model, messages: user('Tell me a story about a lighthouse.'), max_tokens: 12, seed: 5 };

  test('two choices: different, repeatable, and the prompt counts once', { timeout }, async () => {
    const answer = await client.chat.completions.create({ ...ask, n: 2 });
    const texts = answer.choices.map(({ message }) => message.content);
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(texts[0]).not.toBe(texts[1]);
    const alone = await client.chat.completions.create(ask);
    expect(alone.choices[0]?.message.content).toBe(texts[0]);
    expect(answer.usage?.prompt_tokens).toBe(alone.usage?.prompt_tokens);
    expect(answer.usage?.completion_tokens).toBe(24);
    const streamed = await client.chat.completions.stream({ ...ask, n: 2 }).finalChatCompletion();
    expect(streamed.choices.map(({ message }) => message.content)).toEqual(texts);
  });

  test('tokens and their probabilities, whole and streamed', { timeout }, async () => {
    const wanted = { ...ask, temperature: 0, logprobs: true, top_logprobs: 3 };
    const whole = await client.chat.completions.create(wanted);
    const content = whole.choices[0]?.logprobs?.content ?? [];
    expect(content.map(({ token }) => token).join('')).toBe(whole.choices[0]?.message.content);
    for (const { logprob, top_logprobs: top } of content) {
      expect(top).toHaveLength(3);
      // Greedy: what was written is what was likeliest.
      expect(logprob).toBeCloseTo(top[0]?.logprob ?? 1, 5);
    }
    const streamed = await client.chat.completions.stream(wanted).finalChatCompletion();
    expect(streamed.choices[0]?.logprobs?.content?.map(({ token }) => token)).toEqual(
      content.map(({ token }) => token),
    );
  });
});

test('an image is refused with its place', { timeout }, async () => {
  const request = client.chat.completions.create({
    model,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
        ],
      },
    ],
  });
  await expect(request).rejects.toMatchObject({
    status: 400,
    param: expect.stringMatching(/^messages\[0\]\.content\[1\]/),
  });
});
