// What a schema allows stays the same when it is written for readers: both forms judge the same requests the same.
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { ChatRequestSchema } from '../../../wire/openai/chat-request.ts';
import { createSchemaWriter, type JsonSchema } from './clean-schema.ts';
import { componentNames } from './schemas.ts';

const given = new Ajv({ discriminator: true, allowUnionTypes: true, strict: false }).compile(
  ChatRequestSchema,
);
const writer = createSchemaWriter(componentNames);
const written = writer.write(ChatRequestSchema as unknown as JsonSchema);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const clean = ajv.compile({ ...written, components: { schemas: writer.components() } });

const messages = [{ role: 'user', content: 'Hi' }];
const withContent = (content: unknown, role = 'user') => ({ messages: [{ role, content }] });
const tool = (members: object) => ({ tools: [{ type: 'function', function: { name: 'f', ...members } }] });

it.each<[boolean, Record<string, unknown>]>([
  [true, {}],
  [true, { unknown: 1, temperature: null, tools: null, response_format: null, stop: null, audio: null }],
  [true, { reasoning_effort: null, tool_choice: null, metadata: null, prediction: null }],
  [false, { model: null }],
  [false, { messages: [] }],
  [false, { temperature: 2.1 }],
  [false, { temperature: '1' }],
  [false, { reasoning_effort: 'much' }],
  [true, { stop: 'a' }],
  [true, { stop: ['a', 'b', 'c', 'd'] }],
  [false, { stop: ['a', 'b', 'c', 'd', 'e'] }],
  [false, { stop: [] }],
  [false, { stop: 1 }],
  [false, { stop: [1] }],
  [true, withContent([{ type: 'text', text: 'a' }])],
  [false, withContent([{ type: 'text' }])],
  [false, withContent([])],
  [false, withContent(null)],
  [true, withContent([{ type: 'image_url', image_url: 'https://example.com/a.png' }])],
  [true, withContent([{ type: 'image_url', image_url: { url: 'a', detail: null } }])],
  [false, withContent([{ type: 'image_url', image_url: { url: 'a', detail: 'x' } }])],
  [false, withContent([{ type: 'image_url', image_url: {} }])],
  [false, withContent([{ type: 'refusal', refusal: 'no' }])],
  [true, withContent([{ type: 'refusal', refusal: 'no' }], 'assistant')],
  [true, withContent(null, 'assistant')],
  [true, withContent('a', 'developer')],
  [false, withContent('a', 'boss')],
  [false, withContent('a', 'tool')],
  [true, tool({})],
  [true, tool({ parameters: { type: 'object' }, strict: null })],
  [false, tool({ name: 'a b' })],
  [false, tool({ name: 'x'.repeat(65) })],
  [false, { tools: [] }],
  [false, { tools: [{ type: 'other' }] }],
  [true, { tool_choice: 'auto' }],
  [true, { tool_choice: { type: 'function', function: { name: 'f' } } }],
  [false, { tool_choice: { type: 'function' } }],
  [false, { tool_choice: 'maybe' }],
  [true, { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } }],
  [false, { response_format: { type: 'json_schema' } }],
  [true, { audio: { voice: { id: 'a' }, format: 'mp3' } }],
  [false, { audio: { voice: {}, format: 'mp3' } }],
  [false, { audio: { voice: 'a', format: 'ogg' } }],
  [true, { metadata: { a: 'b' } }],
  [false, { metadata: { a: 1 } }],
  [false, { metadata: { ['x'.repeat(65)]: 'a' } }],
  [false, { logit_bias: { a: 1 } }],
  [false, { logit_bias: { 1: 101 } }],
  [true, { seed: 7, n: 128 }],
  [false, { seed: 1.5 }],
  [false, { n: 129 }],
  [true, { functions: [{ name: 'f' }], function_call: { name: 'f' } }],
  [false, { functions: [{}] }],
])('%s: %j', (valid, members) => {
  const request = { model: 'm', messages, ...members };
  expect([given(request), clean(request)]).toEqual([valid, valid]);
});
