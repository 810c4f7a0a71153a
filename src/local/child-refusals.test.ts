// What the child process refuses: malformed and unsupported requests get an OpenAI error with the exact field, and
// never harm the process.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedChild, serveChild, user, writeTinyModel } from './fixtures/tiny-model.ts';

const tiny = writeTinyModel();
let child: ServedChild;
beforeAll(async () => {
  child = await serveChild({ modelPath: tiny.path, contextSize: 1024 });
});
afterAll(async () => {
  await child[Symbol.asyncDispose]();
  tiny[Symbol.dispose]();
});

const messages = user('hello');
const custom = { type: 'custom', custom: { name: 'f' } };
const audio = { voice: 'alloy', format: 'wav' };
const strictFormat = (schema: object) => ({
  type: 'json_schema',
  json_schema: { name: 'x', strict: true, schema },
});
const strictTool = (parameters: object) => ({
  type: 'function',
  function: { name: 'f', strict: true, parameters },
});
const begun = [...messages, { role: 'assistant', content: 'Well,' }];
const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };

test.each<[string, object, string | null, string | null]>([
  ['no model', { model: null, messages }, 'missing_required_parameter', 'model'],
  ['no messages', {}, 'missing_required_parameter', 'messages'],
  ['empty messages', { messages: [] }, 'empty_array', 'messages'],
  ['messages of another type', { messages: 'hi' }, 'invalid_type', 'messages'],
  ['a message that is none', { messages: [null] }, 'invalid_type', 'messages[0]'],
  ['an unknown role', { messages: [{ role: 'god', content: '' }] }, 'invalid_value', 'messages[0].role'],
  ['no content', { messages: [{ role: 'user' }] }, 'missing_required_parameter', 'messages[0].content'],
  [
    'an image',
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, image] }] },
    'unsupported_value',
    'messages[0].content[1]',
  ],
  ['temperature as text', { messages, temperature: 'hot' }, 'invalid_type', 'temperature'],
  ['too hot', { messages, temperature: 2.5 }, 'decimal_above_max_value', 'temperature'],
  ['no tokens', { messages, max_tokens: 0 }, 'integer_below_min_value', 'max_tokens'],
  ['half a token', { messages, max_completion_tokens: 1.5 }, 'invalid_type', 'max_completion_tokens'],
  ['five stops', { messages, stop: ['1', '2', '3', '4', '5'] }, 'array_above_max_length', 'stop'],
  ['a stop that is none', { messages, stop: ['1', 2] }, 'invalid_type', 'stop[1]'],
  ['an unknown token', { messages, logit_bias: { 99999: 1 } }, 'invalid_value', 'logit_bias.99999'],
  ['a bias for a word', { messages, logit_bias: { foo: 1 } }, 'invalid_value', 'logit_bias.foo'],
  ['too strong a bias', { messages, logit_bias: { 5: 101 } }, 'decimal_above_max_value', 'logit_bias.5'],
  ['no answer to go on with', { messages, continue_final_message: true }, null, 'continue_final_message'],
  [
    'to go on inside of JSON',
    { messages: begun, continue_final_message: true, response_format: { type: 'json_object' } },
    'unsupported_value',
    'continue_final_message',
  ],
  ['too many answers', { messages, n: 129 }, 'integer_above_max_value', 'n'],
  ['alternatives alone', { messages, top_logprobs: 2 }, null, 'top_logprobs'],
  ['a required tool that is none', { messages, tool_choice: 'required' }, null, 'tool_choice'],
  ['a tool that is no function', { messages, tools: [custom] }, 'unsupported_value', 'tools[0].type'],
  [
    'a strict schema beyond grammars',
    { messages, response_format: strictFormat({ type: 'object', not: {} }) },
    'unsupported_value',
    'response_format.json_schema.schema',
  ],
  [
    'strict parameters beyond grammars',
    { messages, tools: [strictTool({ type: 'object', properties: { a: { not: {} } } })] },
    'unsupported_value',
    'tools[0].function.parameters.properties.a',
  ],
  ['a spoken answer', { messages, modalities: ['text', 'audio'], audio }, 'unsupported_value', 'modalities'],
  ['a search', { messages, web_search_options: {} }, 'unsupported_parameter', 'web_search_options'],
  ['stream options alone', { messages, stream_options: {} }, null, 'stream_options'],
  ['an unknown effort', { messages, reasoning_effort: 'huge' }, 'invalid_value', 'reasoning_effort'],
])('%s', async (_, body, code, param) => {
  const response = await child.post(body);
  expect(response.status).toBe(400);
  expect(response.headers.get('x-request-id')).toBeTruthy();
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
  expect(error).toMatchObject({ code, param, type: 'invalid_request_error' });
  expect(error.message).not.toMatch(/[{}]/);
});

test('null counts as absent', async () => {
  const nothing = Object.fromEntries(
    ['max_tokens', 'temperature', 'stop', 'seed', 'tools', 'n', 'logprobs', 'response_format', 'stream'].map(
      (name) => [name, null],
    ),
  );
  const answer = await child.complete({ messages, ...nothing, max_completion_tokens: 1 });
  expect(answer.usage.completion_tokens).toBe(1);
});

test('megabytes of prompt are refused at once', async () => {
  const begin = performance.now();
  const response = await child.post({ messages: user('Far too long. '.repeat(1_000_000)) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
  expect(performance.now() - begin).toBeLessThan(8000);
});

test('parameters without effect are named', async () => {
  const response = await child.post({
    messages,
    max_tokens: 1,
    verbosity: 'low',
    top_k: 3,
    user: 'u',
    'a\nb': 1,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-tollgate-dropped-params')).toBe('verbosity, top_k');
});

test('functions beside tools are not heard, visibly', async () => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const functions = [{ name: 'g' }];
  const response = await child.post({ messages, max_tokens: 1, tools, functions });
  expect(response.headers.get('x-tollgate-dropped-params')).toBe('functions');
});

test('a body that ends half way harms nothing', async () => {
  const { port } = new URL(child.url);
  const socket = connect(Number(port), '127.0.0.1');
  const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  await new Promise<void>((resolve) =>
    socket.write(`${head}content-length: 1000\r\n\r\n{"model"`, () => resolve()),
  );
  socket.destroy();
  expect((await child.health()).slots_busy).toBe(0);
});

describe('bodies that are no request', () => {
  test.each(['', '{', '[]', '"text"', '42', 'null', '{"model":"\u0000'])('%j', async (body) => {
    const response = await child.post(body);
    expect(response.status).toBe(400);
  });

  test('bytes that are no UTF-8', async () => {
    const response = await child.post('', { body: Buffer.from([0x7b, 0xff, 0x7d]) });
    expect(response.status).toBe(400);
  });

  test('another content type', async () => {
    const response = await child.post('a=1', { headers: { 'content-type': 'text/plain' } });
    expect(response.status).toBe(415);
  });

  test.each(['with', 'without'])('too large, %s a declared length', async (length) => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const chunks = async function* () {
      for (let count = 0; count < 33; count++) yield megabyte;
    };
    const body = length === 'with' ? Buffer.alloc(33 * 1024 * 1024, 'x') : ReadableStream.from(chunks());
    const response = await child.post('', { body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
  });
});

test('other paths and methods', async () => {
  expect((await fetch(`${child.url}/v1/embeddings`)).status).toBe(404);
  expect((await fetch(`${child.url}/toString`)).status).toBe(404);
  const wrong = await fetch(`${child.url}/v1/chat/completions`);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  const models = (await (await fetch(`${child.url}/v1/models`)).json()) as { data: { id: string }[] };
  expect((await fetch(`${child.url}/v1/models/gpt-5.1-chat`)).status).toBe(200);
  expect((await fetch(`${child.url}/v1/models/gpt-9`)).status).toBe(404);
  expect((await fetch(`${child.url}/v1/models/%zz`)).status).toBe(400);
  expect(models.data.map(({ id }) => id)).toEqual(['gpt-5.1', 'gpt-5.1-chat', 'gpt-5.1-thinking']);
});

test('with a key set, requests need it; the health does not', async () => {
  await using locked = await serveChild({ modelPath: tiny.path, apiKey: 'secret-key-0123456789' });
  const post = (authorization?: string) =>
    locked.post(
      { messages, max_tokens: 1 },
      { headers: { 'content-type': 'application/json', ...(authorization && { authorization }) } },
    );
  expect((await post()).status).toBe(401);
  expect((await post('Bearer wrong')).status).toBe(401);
  expect((await post('Bearer secret-key-0123456789')).status).toBe(200);
  expect((await locked.health()).state).toBe('ready');
});
