// Models at Amazon Bedrock behind the gateway: what they are sent, what an OpenAI client gets, what goes wrong and how it is said.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  type Json,
  type ScriptedUpstream,
  startUpstream,
  stream,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { eventFrame, exceptionFrame, frame } from './wires/event-stream-frames.ts';

const claude = 'us.anthropic.claude-opus-4-6-v1';
const older = 'anthropic.claude-sonnet-4-20250514-v1:0';
const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc(1)';
const models: Readonly<Record<string, string>> = {
  claude,
  older,
  profile: arn,
  nova: 'us.amazon.nova-pro-v1:0',
  'nova-2': 'us.amazon.nova-2-lite-v1:0',
  gpt: 'openai.gpt-oss-120b-1:0',
  llama: 'us.meta.llama4-maverick-17b-instruct-v1:0',
};
const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

function answer(content: Json[], members: Json = {}): Json {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
    ...members,
  };
}
const hello = answer([{ text: 'Hello!' }]);
const binary = { 'content-type': 'application/vnd.amazon.eventstream' };
const delta = (value: Json, contentBlockIndex = 0) =>
  eventFrame('contentBlockDelta', { contentBlockIndex, delta: value });
const stop = (contentBlockIndex = 0) => eventFrame('contentBlockStop', { contentBlockIndex });
const finish = (stopReason: string) => eventFrame('messageStop', { stopReason });
const usage = eventFrame('metadata', { usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 } });

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ upstreams: [upstream.url] });
  await gateway.configure({
    server: { circuit_breaker: 'off' },
    providers: {
      aws: {
        type: 'bedrock',
        region: 'us-east-1',
        base_url: `http://127.0.0.1:${upstream.port}`,
        access_key_id: accessKeyId,
        secret_access_key: secretAccessKey,
      },
    },
    models: Object.fromEntries(
      Object.entries(models).map(([name, model]) => [
        name,
        {
          price: { input: 1, cached_input: 0.1, cache_write: 1.25, output: 2 },
          route: [[{ provider: 'aws', model }]],
        },
      ]),
    ),
  });
});
beforeEach(() => upstream.always(whole(hello)));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const chat = (body: Json) => gateway.chat(ask({ model: 'claude', ...body }));
const told = async (body: Json) => (await (await chat(body)).json()) as Json;
const sent = () => upstream.last().body;
const user = (content: Json) => ({ role: 'user', content });
const file = (filename: string, type: string) => ({
  type: 'file',
  file: { filename, file_data: `data:${type};base64,QUFB` },
});
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];

describe('what is sent', () => {
  test('ids are encoded in the path, whatever is in them', async () => {
    await told({ model: 'profile' });
    expect(upstream.last().path).toBe(
      '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc%281%29/converse',
    );
    await told({ model: 'older' });
    expect(upstream.last().path).toBe('/model/anthropic.claude-sonnet-4-20250514-v1%3A0/converse');
  });

  test('an attempt is signed when it is made', async () => {
    await told({});
    expect(upstream.last().headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/,
    );
    expect(upstream.last().headers['x-amz-security-token']).toBeUndefined();
  });

  test('documents have names, each its own, and a text beside them', async () => {
    await told({
      messages: [
        user([
          file('Report_2026.v2 (final).pdf', 'application/pdf'),
          file('Report 2026 v2 (final) pdf', 'text/csv'),
          file('', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
        ]),
      ],
    });
    expect(sent().messages[0].content).toEqual([
      { document: { format: 'pdf', name: 'Report 2026 v2 (final) pdf', source: { bytes: 'QUFB' } } },
      { document: { format: 'csv', name: 'Report 2026 v2 (final) pdf (2)', source: { bytes: 'QUFB' } } },
      { document: { format: 'docx', name: 'document', source: { bytes: 'QUFB' } } },
      { text: '.' },
    ]);
  });

  test.each<[string, Json]>([
    ['messages[0].content[0].file', file('a.zip', 'application/zip')],
    ['messages[0].content[0].file', { type: 'file', file: { file_id: 'file-1' } }],
    [
      'messages[0].content[0].image_url.url',
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
    ],
  ])('%s: what it cannot take is refused before it is asked', async (param, part) => {
    const before = upstream.requests.length;
    const rows = (await gateway.ledger()).length;
    const response = await chat({ messages: [user([part])] });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Json).error).toMatchObject({ code: 'unsupported_value', param });
    expect(upstream.requests.length).toBe(before);
    expect((await gateway.ledger()).length).toBe(rows);
  });

  test('a point for the cache, where the model has one', async () => {
    const messages = [
      user([
        { type: 'text', text: 'Long.', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'text', text: 'Go.' },
      ]),
    ];
    await told({ messages });
    expect(sent().messages[0].content).toEqual([
      { text: 'Long.' },
      { cachePoint: { type: 'default' } },
      { text: 'Go.' },
    ]);
    await told({ model: 'llama', messages });
    expect(sent().messages[0].content).toEqual([{ text: 'Long.' }, { text: 'Go.' }]);
  });

  test.each<[string, Json, Json]>([
    ['llama', { temperature: 1.7, top_p: 0.5, max_tokens: 9 }, { maxTokens: 9, temperature: 1, topP: 0.5 }],
    [
      'older',
      { temperature: 0.2, top_p: 0.5, stop: ['a', '\n'] },
      { temperature: 0.2, stopSequences: ['a'] },
    ],
    ['claude', {}, undefined],
  ])('%s: sampling %j', async (model, members, config) => {
    await told({ model, ...members });
    expect(sent().inferenceConfig).toEqual(config);
  });

  test.each<[string, Json, Json, Json]>([
    [
      'claude',
      { reasoning_effort: 'high', max_tokens: 4000 },
      { thinking: { type: 'adaptive', display: 'summarized' } },
      { effort: 'high' },
    ],
    ['older', { reasoning_effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 2048 } }, undefined],
    ['claude', { reasoning_effort: 'none' }, undefined, undefined],
    ['gpt', { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, undefined],
    [
      'nova-2',
      { reasoning_effort: 'high', temperature: 0.5 },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
      undefined,
    ],
    [
      'nova-2',
      { reasoning_effort: 'high', max_tokens: 100 },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
      undefined,
    ],
    ['llama', { reasoning_effort: 'high' }, undefined, undefined],
  ])('%s thinks: %j', async (model, members, fields, output) => {
    await told({ model, ...members });
    expect(sent().additionalModelRequestFields).toEqual(fields);
    expect(sent().outputConfig).toEqual(output);
    // A budget needs a cap above it.
    if (model === 'older') expect(sent().inferenceConfig.maxTokens).toBeGreaterThan(2048);
  });

  test('a schema: by its own field, or as a tool where the model has none', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } };
    const format = { response_format: { type: 'json_schema', json_schema: { name: 'thing', schema } } };
    await told({ model: 'llama', ...format });
    const { structure } = sent().outputConfig.textFormat;
    expect(structure.jsonSchema.name).toBe('thing');
    expect(JSON.parse(structure.jsonSchema.schema)).toMatchObject({ additionalProperties: false });
    upstream.next(
      whole(
        answer([{ toolUse: { toolUseId: 't', name: 'answer_in_json', input: { a: 1 } } }], {
          stopReason: 'tool_use',
        }),
      ),
    );
    const said = await told({ model: 'nova', ...format });
    expect(sent().toolConfig.toolChoice).toEqual({ tool: { name: 'answer_in_json' } });
    expect(said.choices[0]).toMatchObject({ message: { content: '{"a":1}' }, finish_reason: 'stop' });
  });

  test('no tool is to be called, and there are calls in the conversation', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'gone', arguments: '{}' } };
    const messages = [
      user('a'),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: '' },
    ];
    await told({ messages, tools, tool_choice: 'none' });
    expect(sent().toolConfig.tools.map(({ toolSpec }: Json) => toolSpec.name)).toEqual(['f', 'gone']);
    expect(sent().toolConfig.toolChoice).toBeUndefined();
    expect(sent().system.at(-1).text).toMatch(/Do not call any tool/);
    // A text without characters is refused there.
    expect(sent().messages.at(-1).content[0].toolResult.content).toEqual([{ text: '(no output)' }]);
  });

  test.each<[string, string | null, Json]>([
    ['claude', 'temperature', { temperature: 0.3, reasoning_effort: 'high' }],
    ['older', 'top_p', { temperature: 0.3, top_p: 0.5 }],
    ['llama', 'reasoning_effort', { reasoning_effort: 'high', temperature: 0.3, top_p: 0.5 }],
    ['gpt', null, { reasoning_effort: 'high', service_tier: 'flex' }],
    ['gpt', 'parallel_tool_calls', { tools, parallel_tool_calls: false }],
    ['claude', 'seed, user', { seed: 1, user: 'u' }],
    ['claude', 'service_tier', { service_tier: 'scale' }],
  ])('%s: named as dropped: %s', async (model, named, members) => {
    const response = await chat({ model, ...members });
    await response.text();
    expect(response.headers.get('x-tollgate-dropped-params')).toBe(named);
  });

  test('the tier, and the one that served', async () => {
    upstream.next(whole({ ...hello, serviceTier: { type: 'priority' } }));
    expect((await told({ service_tier: 'priority' })).service_tier).toBe('priority');
    expect(sent().serviceTier).toEqual({ type: 'priority' });
    await told({ service_tier: 'default' });
    expect(sent().serviceTier).toBeUndefined();
  });
});

describe('what comes back', () => {
  test('cached tokens are part of the prompt', async () => {
    const counts = {
      inputTokens: 5,
      outputTokens: 2,
      totalTokens: 37,
      cacheReadInputTokens: 20,
      cacheWriteInputTokens: 10,
    };
    upstream.next(whole({ ...hello, usage: counts }));
    expect((await told({})).usage).toMatchObject({
      prompt_tokens: 35,
      completion_tokens: 2,
      total_tokens: 37,
      prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 10 },
    });
    expect(await gateway.row()).toMatchObject({
      usageSource: 'reported',
      usage: { input: 35, cachedInput: 20 },
    });
  });

  const encrypted = Buffer.from('secret thoughts').toString('base64');
  const signed = { text: 'Hm.', signature: 'c2ln' };
  const thoughts = [
    { reasoningContent: { reasoningText: signed } },
    { reasoningContent: { redactedContent: encrypted } },
  ];
  const calling = { toolUse: { toolUseId: 'tooluse_1', name: 'f', input: {} } };

  test.each(['whole', 'streamed'])(
    'signed and encrypted thoughts go back with the results, %s',
    async (way) => {
      const [first, second] = [encrypted.slice(0, 8), encrypted.slice(8)];
      upstream.next(
        way === 'whole'
          ? whole(answer([...thoughts, calling], { stopReason: 'tool_use' }))
          : stream(
              [
                eventFrame('messageStart', { role: 'assistant' }),
                delta({ reasoningContent: { text: 'H' } }),
                delta({ reasoningContent: { text: 'm.' } }),
                delta({ reasoningContent: { signature: 'c2ln' } }),
                stop(),
                delta({ reasoningContent: { redactedContent: first } }, 1),
                delta({ reasoningContent: { redactedContent: second } }, 1),
                stop(1),
                eventFrame('contentBlockStart', {
                  contentBlockIndex: 2,
                  start: { toolUse: { toolUseId: 'tooluse_1', name: 'f' } },
                }),
                stop(2),
                finish('tool_use'),
                usage,
              ],
              binary,
            ),
      );
      const question = { messages: [user('a')], tools, reasoning_effort: 'high' };
      if (way === 'whole') {
        const { message, finish_reason: reason } = (await told(question)).choices[0];
        expect(reason).toBe('tool_calls');
        expect(message).toMatchObject({
          reasoning_content: 'Hm.',
          tool_calls: [{ function: { arguments: '{}' } }],
        });
      } else {
        const { data, done } = await readEvents(await chat({ ...question, stream: true }));
        expect(done).toBe(true);
        const pieces = data.flatMap(({ choices }: Json) => choices[0]?.delta.tool_calls ?? []);
        expect(pieces.map(({ function: fn }: Json) => fn.arguments).join('')).toBe('{}');
      }
      // By a client that knows what OpenAI knows.
      const call = { id: 'tooluse_1', type: 'function', function: { name: 'f', arguments: '{}' } };
      await told({
        ...question,
        messages: [
          user('a'),
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'tooluse_1', content: 'b' },
        ],
      });
      expect(sent().messages[1]).toEqual({ role: 'assistant', content: [...thoughts, calling] });
    },
  );

  test('words behind the results are of the loop still: it goes on thinking, with its thoughts', async () => {
    upstream.next(whole(answer([...thoughts, calling], { stopReason: 'tool_use' })));
    const question = { model: 'older', messages: [user('a')], tools, reasoning_effort: 'high' };
    await told(question);
    const call = { id: 'tooluse_1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const response = await chat({
      ...question,
      messages: [
        user('a'),
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'tooluse_1', content: 'b' },
        user('and be brief'),
      ],
    });
    expect(response.headers.get('x-tollgate-dropped-params')).toBeNull();
    expect(sent().additionalModelRequestFields).toMatchObject({ thinking: { type: 'enabled' } });
    expect(sent().messages[1]).toEqual({ role: 'assistant', content: [...thoughts, calling] });
  });

  test.each([
    ['content_filtered', 'content_filter'],
    ['guardrail_intervened', 'content_filter'],
    ['model_context_window_exceeded', 'length'],
    ['max_tokens', 'length'],
    ['something_new', 'stop'],
  ])('stopReason %s', async (reason, finished) => {
    upstream.next(whole({ ...hello, stopReason: reason }));
    expect((await told({})).choices[0].finish_reason).toBe(finished);
  });

  test.each(['malformed_tool_use', 'malformed_model_output'])('%s is no answer', async (reason) => {
    upstream.next(whole({ ...hello, stopReason: reason }));
    const response = await chat({});
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('the model wrote a broken');
  });

  test('unknown events are passed over, and the stream is whole without its counts', async () => {
    upstream.next(
      stream(
        [
          eventFrame('somethingNew', { a: 1 }),
          delta({ text: 'Hi' }),
          delta({ citation: {} }),
          stop(),
          finish('end_turn'),
        ],
        binary,
      ),
    );
    const events = await readEvents(await chat({ stream: true }));
    expect([textOf(events), events.done]).toEqual(['Hi', true]);
    expect(await gateway.row()).toMatchObject({ usageSource: 'estimated', partial: false });
  });
});

describe('what goes wrong', () => {
  const failing = (status: number, type: string, message: string) =>
    whole({ message }, status, { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/` });

  test.each<[number, string, string, number, string | null, string | null]>([
    [400, 'ValidationException', 'Malformed input request: toolConfig.tools.0 is wrong', 400, null, 'tools'],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 502, 'upstream_error', null],
    [
      400,
      'ValidationException',
      `Invocation of model ID ${older} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
      502,
      'upstream_error',
      null,
    ],
    [403, 'AccessDeniedException', `User: ${arn} is not authorized`, 502, 'upstream_auth_error', null],
    [
      403,
      'InvalidSignatureException',
      'The Canonical String should have been …',
      502,
      'upstream_auth_error',
      null,
    ],
    [
      400,
      'ExpiredTokenException',
      'The security token included is expired',
      502,
      'upstream_auth_error',
      null,
    ],
    [404, 'ResourceNotFoundException', 'Could not resolve the foundation model', 502, 'upstream_error', null],
    [408, 'ModelTimeoutException', 'too slow', 504, 'upstream_timeout', null],
    [424, 'ModelErrorException', 'failed', 502, 'upstream_error', null],
    [429, 'ThrottlingException', 'Too many tokens, please wait', 429, 'rate_limit_exceeded', null],
    [400, 'ServiceQuotaExceededException', 'Your account …', 429, 'rate_limit_exceeded', null],
    [429, 'ModelNotReadyException', 'not ready', 503, 'overloaded', null],
    [500, 'InternalServerException', 'oops', 502, 'upstream_error', null],
    [503, 'ServiceUnavailableException', 'busy', 503, 'overloaded', null],
    [
      400,
      'ValidationException',
      'Input is too long for requested model.',
      400,
      'context_length_exceeded',
      'messages',
    ],
  ])('%i %s: %s', async (status, type, message, code, wireCode, param) => {
    for (const streaming of [false, true]) {
      upstream.next(failing(status, type, message));
      const response = await chat({ stream: streaming });
      expect(response.status).toBe(code);
      const { error } = (await response.json()) as Json;
      expect(error).toMatchObject({ code: wireCode, param });
      expect(error.message).not.toMatch(/arn:aws|123456789012|AKIA/);
    }
  });

  test('an account number in a refusal stays here', async () => {
    upstream.next(
      failing(400, 'ValidationException', `The model ${arn}, does not support images in messages`),
    );
    const { error } = await told({});
    expect(error.message).toContain('does not support images in messages');
    expect(error.message).not.toMatch(/arn:|123456789012/);
  });

  test.each([
    ['throttlingException', 429, 'rate_limit_exceeded'],
    ['serviceUnavailableException', 503, 'overloaded'],
    ['internalServerException', 502, 'upstream_error'],
    ['modelStreamErrorException', 502, 'upstream_error'],
    ['validationException', 400, null],
  ])(
    '%s before the first word has its status, and behind it an error in the stream',
    async (name, status, code) => {
      const thrown = exceptionFrame(name, { message: 'no more', originalStatusCode: 500 });
      upstream.next(stream([thrown], binary));
      const early = await chat({ stream: true });
      expect([early.status, ((await early.json()) as Json).error.code]).toEqual([status, code]);
      upstream.next(stream([delta({ text: 'Hi' }), thrown], binary));
      const events = await readEvents(await chat({ stream: true }));
      expect(textOf(events)).toBe('Hi');
      expect(events.done).toBe(false);
      expect(events.data.at(-1).error.code).toBe(code);
    },
  );

  test('a frame without a name in the API, a damaged one, one that never ends', async () => {
    const unnamed = frame({ ':message-type': 'error', ':error-code': 'Odd', ':error-message': 'Odd.' }, '');
    const changed = Buffer.from(delta({ text: 'x' }));
    changed.writeUInt8(changed.readUInt8(60) ^ 1, 60);
    const endless = Buffer.from(delta({ text: 'x'.repeat(17 << 20) })).subarray(0, 4096);
    for (const broken of [unnamed, changed, endless]) {
      upstream.next(stream([delta({ text: 'Hi' }), broken], binary));
      const events = await readEvents(await chat({ stream: true }));
      expect(textOf(events)).toBe('Hi');
      expect(events.data.at(-1).error.code).toBe('upstream_error');
      expect(events.done).toBe(false);
    }
  });

  test('server-sent events are no stream of Bedrock', async () => {
    upstream.next(stream(['data: {}\n\n'], { 'content-type': 'text/event-stream' }));
    expect((await chat({ stream: true })).status).toBe(502);
  });

  test('a client that leaves in the middle', async () => {
    const leaving = new AbortController();
    upstream.next(stream([delta({ text: 'Hi' }), 'STALL'], binary));
    const response = await gateway.chat(ask({ model: 'claude', stream: true }), { signal: leaving.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    expect(await upstream.last().closed).toBe('aborted');
  });
});
