// Upstreams that speak the wire in their own way: what reaches the client is the contract, byte for byte, and what
// reaches the upstream is what it understands.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  chunk,
  completion,
  done,
  event,
  finish,
  goodStream,
  type Json,
  polite,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const details = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

describe('streams, byte for byte', () => {
  const head =
    '"id":"chatcmpl-upstream","object":"chat.completion.chunk","created":1755133833,"model":"test-model"';
  const expected = (usage: boolean, ...choices: string[]) => {
    const nothing = usage ? ',"usage":null' : '';
    const told = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, ...details };
    const last = `data: {${head},"choices":[],"usage":${JSON.stringify(told)}}\n\n`;
    const chunks = choices.map((choice) => `data: {${head},"choices":[${choice}]${nothing}}\n\n`);
    return `${chunks.join('')}${usage ? last : ''}data: [DONE]\n\n`;
  };
  const opening = '{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}';
  const hi = '{"index":0,"delta":{"content":"Hi"},"finish_reason":null}';
  const stop = '{"index":0,"delta":{},"finish_reason":"stop"}';
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

  test.each<[string, string[]]>([
    ['OpenAI', [roleChunk, text('Hi'), finish(), usageChunk(), done]],
    [
      'usage null on every chunk',
      [
        chunk({ role: 'assistant', content: '', refusal: null }, { usage: null }),
        text('Hi', { usage: null }),
        finish('stop', { usage: null }),
        usageChunk(),
        done,
      ],
    ],
    [
      'DeepSeek: usage on the finish chunk',
      [
        ': keep-alive\n\n',
        chunk({ role: 'assistant', content: null }, { usage: null }),
        text('Hi', { usage: null }),
        finish('stop', { usage }),
        done,
      ],
    ],
    [
      'vLLM: usage on every chunk',
      [
        chunk({ role: 'assistant', content: '' }, { usage: { ...usage, completion_tokens: 0 } }),
        text('Hi', { usage }),
        finish('stop', { usage }),
        usageChunk(),
        done,
      ],
    ],
    [
      'Ollama: role and text in each, text in the last',
      [chunk({ role: 'assistant', content: 'Hi' }, { finish_reason: 'stop' }), usageChunk(), done],
    ],
    [
      'ids and times that change',
      [
        roleChunk,
        text('Hi', { id: 'other', created: 7 }),
        finish('stop', { id: '', created: 1_755_133_833_123 }),
        usageChunk(),
        done,
      ],
    ],
    [
      'heartbeats of every kind',
      [
        roleChunk,
        ': ping\n\n',
        'data:\n\n',
        'event: ping\ndata: {}\n\n',
        'id: 7\nretry: 10\n\n',
        event({ type: 'ping' }),
        text('Hi'),
        finish(),
        usageChunk(),
        done,
      ],
    ],
    ['CRLF', [[roleChunk, text('Hi'), finish(), usageChunk(), done].join('').replaceAll('\n', '\r\n')]],
    ['no [DONE]', [roleChunk, text('Hi'), finish(), usageChunk()]],
    ['no last blank line', [roleChunk, text('Hi'), finish(), usageChunk(), 'data: [DONE]']],
    ['usage before the end', [roleChunk, usageChunk(), text('Hi'), finish(), done]],
  ])('%s', async (_, steps) => {
    for (const include_usage of [true, false]) {
      upstream.next(stream(steps));
      const response = await gateway.chat(ask({ stream: true, stream_options: { include_usage } }));
      expect(await response.text()).toBe(expected(include_usage, opening, hi, stop));
    }
  });

  test.each(['Text/Event-Stream;charset=UTF-8', 'text/event-stream ; charset=utf-8'])('%s', async (type) => {
    upstream.next(stream([roleChunk, text('Hi'), finish(), done], { 'content-type': type }));
    const response = await gateway.chat(ask({ stream: true }));
    expect(await response.text()).toBe(expected(false, opening, hi, stop));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  });

  test('characters cut anywhere arrive whole', async () => {
    const bytes = Buffer.from([roleChunk, text('Grüße 😀 語'), finish(), done].join(''));
    for (let cut = 200; cut < 420; cut += 1) {
      if ((bytes[cut] ?? 0) < 0x80) continue;
      upstream.next(stream([bytes.subarray(0, cut), bytes.subarray(cut)]));
      const raw = await (await gateway.chat(ask({ stream: true }))).text();
      expect(raw).toContain('"content":"Grüße 😀 語"');
    }
  });

  test.each<[string, Json]>([
    [
      'OpenRouter: with choices',
      { error: { code: 502, message: 'boom' }, choices: [{ index: 0, delta: {}, finish_reason: 'error' }] },
    ],
    [
      'OpenRouter: in the choice',
      { choices: [{ index: 0, delta: {}, finish_reason: null, error: { code: 502, message: 'boom' } }] },
    ],
    ['vLLM: flat', { object: 'error', message: 'boom', type: 'InternalServerError', param: null, code: 500 }],
    ['a text', { error: 'boom' }],
    ['Anthropic', { type: 'error', error: { type: 'overloaded_error', message: 'boom' } }],
  ])('an error in mid-stream is one frame without choices: %s', async (_, said) => {
    upstream.next(stream([roleChunk, text('Hi'), event(said), text('more'), finish(), done]));
    const events = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(events.done).toBe(false);
    expect(events.data.slice(0, -1).every(({ choices }) => choices.length === 1)).toBe(true);
    expect(events.data).toHaveLength(3);
    expect(Object.keys(events.data.at(-1))).toEqual(['error']);
    expect(events.data.at(-1).error).toEqual({
      message: expect.any(String),
      type: 'server_error',
      param: null,
      code: 'upstream_error',
    });
    expect(await gateway.row()).toMatchObject({ partial: true, error: 'upstream_error' });
  });
});

describe('usage that the upstream leaves out', () => {
  test('is counted: client and ledger say the same', async () => {
    upstream.next(
      whole(completion({ usage: null })),
      stream([roleChunk, text('Hello, world!'), finish(), done]),
    );
    const answer = (await (await gateway.chat(ask())).json()) as Json;
    const row = await gateway.row();
    expect(row).toMatchObject({ usageSource: 'estimated', state: 'settled' });
    const { input = 0, output = 0 } = row.usage ?? {};
    expect(output).toBeGreaterThan(2);
    const counted = {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      ...details,
    };
    expect(answer.usage).toEqual(counted);

    const events = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(events.data.at(-1)).toMatchObject({ choices: [], usage: counted });
    expect((await gateway.row()).usage).toEqual(row.usage);

    // The deprecated definitions and calls are part of the prompt, like the tools they become.
    const functions = [{ name: 'find_a_rather_long_name', parameters: { type: 'object', properties: {} } }];
    upstream.next(whole(completion({ usage: undefined })));
    const counting = (await (await gateway.chat(ask({ functions }))).json()) as Json;
    expect(counting.usage.prompt_tokens).toBeGreaterThan(input + 10);
  });
});

describe('the deprecated functions', () => {
  const functions = [{ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }];
  const messages = [
    { role: 'user', content: 'Go.' },
    { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
    { role: 'function', name: 'f', content: '42' },
  ];
  const call = (written: string, head: Json = {}) => ({
    index: 0,
    ...head,
    function: { ...head.function, arguments: written },
  });

  test('go upstream as tools and come back as function_call', async () => {
    const made = { id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":2}' } };
    upstream.next(
      whole(
        completion({
          choices: [{ index: 0, message: { content: '', tool_calls: [made] }, finish_reason: 'tool_calls' }],
        }),
      ),
    );
    const response = await gateway.chat(ask({ messages, functions, function_call: { name: 'f' } }));
    const { choices } = (await response.json()) as Json;
    expect(choices[0]).toMatchObject({
      message: { content: null, function_call: { name: 'f', arguments: '{"a":2}' } },
      finish_reason: 'function_call',
    });
    expect(choices[0].message).not.toHaveProperty('tool_calls');
    expect(upstream.last().body).toEqual({
      model: 'upstream-model',
      messages: [
        messages[0],
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_function_0', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_function_0', content: '42' },
      ],
      tools: [{ type: 'function', function: functions[0] }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
    });
  });

  test('in streams too', async () => {
    const head = { id: 'x', type: 'function', function: { name: 'f' } };
    upstream.next(
      stream([
        roleChunk,
        chunk({ tool_calls: [call('', head)] }),
        chunk({ tool_calls: [call('{"a":2}')] }),
        finish('tool_calls'),
        done,
      ]),
    );
    const { data } = await readEvents(await gateway.chat(ask({ functions, stream: true })));
    expect(data.map(({ choices }) => [choices[0].delta, choices[0].finish_reason])).toEqual([
      [{ role: 'assistant', content: '', refusal: null }, null],
      [{ function_call: { name: 'f', arguments: '' } }, null],
      [{ function_call: { arguments: '{"a":2}' } }, null],
      [{}, 'function_call'],
    ]);
  });

  test('stay as they are for an upstream that takes them', async () => {
    await using native = await startGateway({
      upstreams: [upstream.url],
      provider: { capabilities: { functions: true } },
    });
    await native.chat(ask({ messages, functions, function_call: 'auto' }));
    expect(upstream.last().body).toEqual({
      model: 'upstream-model',
      messages,
      functions,
      function_call: 'auto',
    });
  });
});

describe('reasoning', () => {
  test('comes out under one name, and under the other too where the configuration says so', async () => {
    const answer = completion({
      choices: [{ index: 0, message: { content: 'Hi', reasoning: 'Hm' }, finish_reason: 'stop' }],
    });
    const steps = [roleChunk, chunk({ reasoning: 'Hm' }), text('Hi'), finish(), done];
    const seen = async (under: TestGateway, model: string) => {
      upstream.next(whole(answer), stream(steps));
      const { choices } = (await (await under.chat(ask({ model }))).json()) as Json;
      const { data } = await readEvents(await under.chat(ask({ model, stream: true })));
      const pick = ({ reasoning, reasoning_content }: Json) => [reasoning_content, reasoning];
      return [pick(choices[0].message), pick(data[1].choices[0].delta)];
    };
    expect(await seen(gateway, 'test-model')).toEqual([
      ['Hm', undefined],
      ['Hm', undefined],
    ]);
    await using all = await startGateway({
      upstreams: [upstream.url],
      server: { reasoning_alias: true },
      model: { reasoning_alias: false },
    });
    expect(await seen(all, 'free-model')).toEqual([
      ['Hm', 'Hm'],
      ['Hm', 'Hm'],
    ]);
    expect((await seen(all, 'test-model'))[0]).toEqual(['Hm', undefined]);
  });

  test('is found in the text where the upstream leaves it there', async () => {
    await using tagged = await startGateway({
      upstreams: [upstream.url],
      model: { capabilities: { think_tags: 'both' } },
    });
    const steps = ['<th', 'ink>\nH', 'm</', 'think>\n', '\nH', 'i <'].map((piece) => text(piece));
    upstream.next(stream([roleChunk, ...steps, finish(), done]));
    const events = await readEvents(await tagged.chat(ask({ stream: true })));
    const thoughts = events.data.map(({ choices }) => choices[0].delta.reasoning_content ?? '').join('');
    expect([thoughts, textOf(events), events.done]).toEqual(['Hm', 'Hi <', true]);
    expect(events.raw).not.toContain('think>');
    // What was held back at the end is not lost, and comes before the finish.
    upstream.next(stream([roleChunk, text('<thi'), finish(), done]));
    const cut = await readEvents(await tagged.chat(ask({ stream: true })));
    expect(textOf(cut)).toBe('<thi');
    expect(cut.data.at(-1).choices[0]).toEqual({ index: 0, delta: {}, finish_reason: 'stop' });
  });

  test('of earlier turns goes back under the name the upstream knows', async () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b', reasoning: 'Hm' },
      { role: 'user', content: 'c' },
    ];
    await gateway.chat(ask({ messages }));
    expect(upstream.last().body.messages).toEqual(messages);
    await using deepSeek = await startGateway({
      upstreams: [upstream.url],
      model: { capabilities: { reasoning_field: 'reasoning_content' } },
    });
    await deepSeek.chat(ask({ messages }));
    expect(upstream.last().body.messages[1]).toEqual({
      role: 'assistant',
      content: 'b',
      reasoning_content: 'Hm',
    });
    // What a model states is of that model.
    await deepSeek.chat(ask({ model: 'free-model', messages }));
    expect(upstream.last().body.messages).toEqual(messages);
  });
});

describe('fields', () => {
  test('that the wire does not know reach the upstream, unless the model is strict', async () => {
    await (await gateway.chat(ask({ top_k: 5, thinking: { type: 'enabled' } }))).text();
    expect(upstream.last().body).toMatchObject({ top_k: 5, thinking: { type: 'enabled' } });
    await using strict = await startGateway({ upstreams: [upstream.url], server: { strict_params: true } });
    const asked = upstream.requests.length;
    for (const [members, message] of [
      [{ top_k: 5 }, 'Unrecognized request argument supplied: top_k'],
      [{ top_k: 5, thinking: {} }, 'Unrecognized request arguments supplied: top_k, thinking'],
    ] as const) {
      const response = await strict.chat(ask(members));
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: { message, type: 'invalid_request_error', param: null, code: null },
      });
    }
    expect(upstream.requests.length).toBe(asked);
    expect(await strict.ledger()).toEqual([]);
    expect((await strict.chat(ask({ top_k: null, temperature: 1, user: 'u' }))).status).toBe(200);
  });

  test('that an upstream refuses are dropped visibly, or refused where the model is strict', async () => {
    const capabilities = { drop_params: ['temperature', 'top_p', 'seed'] };
    await using loose = await startGateway({ upstreams: [upstream.url], model: { capabilities } });
    for (const streamed of [false, true]) {
      const response = await loose.chat(
        ask({ temperature: 0.5, seed: 1, top_p: null, stop: 'x', stream: streamed }),
      );
      await response.text();
      expect(response.headers.get('x-tollgate-dropped-params')).toBe('temperature, seed');
      expect(upstream.last().body).toMatchObject({ stop: 'x' });
      expect(upstream.last().body).not.toHaveProperty('temperature');
      expect(upstream.last().body).not.toHaveProperty('seed');
    }
    expect((await loose.chat(ask({ stop: 'x' }))).headers.get('x-tollgate-dropped-params')).toBeNull();
    await using strict = await startGateway({
      upstreams: [upstream.url],
      model: { capabilities, strict_params: true },
    });
    const response = await strict.chat(ask({ seed: 1 }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'seed', code: 'unsupported_parameter' } });
  });
});

test('large bodies are changed in the same places', async () => {
  const url = `data:image/png;base64,${Buffer.alloc(1_500_000, 'png').toString('base64')}`;
  const messages = [
    { role: 'developer', content: 'x' },
    { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
    { role: 'function', name: 'f', content: '1' },
    { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
  ];
  expect((await gateway.chat(ask({ messages }))).status).toBe(200);
  const [developer, seen, call, result, again] = upstream.last().body.messages;
  expect([developer, seen, again]).toEqual([{ role: 'system', content: 'x' }, messages[1], messages[4]]);
  expect(call.tool_calls[0].id).toBe(result.tool_call_id);
  expect(upstream.last().body.model).toBe('upstream-model');
});

describe('what an upstream cannot do', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'user', content: [{ type: 'text', text: 'c' }, image] },
  ];

  test('is refused with the exact param before anything is held or sent', async () => {
    await using text = await startGateway({
      upstreams: [upstream.url],
      provider: { capabilities: { images: false } },
    });
    const asked = upstream.requests.length;
    for (const streamed of [false, true]) {
      const response = await text.chat(ask({ messages, stream: streamed }));
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: {
          message:
            "Unsupported value: 'messages[2].content[1]' does not support 'image_url' with this model. It takes no images.",
          type: 'invalid_request_error',
          param: 'messages[2].content[1]',
          code: 'unsupported_value',
        },
      });
    }
    expect(upstream.requests.length).toBe(asked);
    expect(await text.ledger()).toEqual([]);
    // Others take it as it is.
    await (await gateway.chat(ask({ messages }))).text();
    expect(upstream.last().body.messages).toEqual(messages);
  });

  test('another target does', async () => {
    await using other = await startUpstream(polite);
    const config = (first: Json) => ({
      providers: {
        first: { type: 'openai-compatible', base_url: upstream.url, ...first },
        second: { type: 'openai-compatible', base_url: other.url },
      },
      models: {
        'test-model': {
          price: 'free',
          route: [[{ provider: 'local' }], [{ provider: 'first' }], [{ provider: 'second' }]],
        },
      },
    });
    await using routed = await startGateway({ upstreams: [upstream.url] });
    await routed.configure(config({ capabilities: { images: false } }));
    const response = await routed.chat(ask({ messages }));
    expect(response.headers.get('x-tollgate-served-by')).toBe('second/test-model');
    // The embedded model reads text only: it was not even asked. One attempt is kept as no list.
    const { provider, attempts } = await routed.row();
    expect([provider, attempts]).toEqual(['second', undefined]);
    await routed.configure(config({}));
    expect((await routed.chat(ask({ messages }))).headers.get('x-tollgate-served-by')).toBe(
      'first/test-model',
    );
  });

  test('what a model can do more than its provider', async () => {
    await using mixed = await startGateway({
      upstreams: [upstream.url],
      provider: { capabilities: { images: false } },
      model: { capabilities: { images: true } },
    });
    expect((await mixed.chat(ask({ messages }))).status).toBe(200);
    expect((await mixed.chat(ask({ model: 'free-model', messages }))).status).toBe(400);
  });
});

test('an upstream whose account is empty is passed over, and never takes for the empty one the account of the client', async () => {
  const error = {
    message: 'You exceeded your current quota',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  };
  upstream.next(whole({ error }, 429), stream([event({ error })]));
  for (const streamed of [false, true]) {
    const response = await gateway.chat(ask({ stream: streamed }));
    expect(response.status).toBe(503);
    expect(response.headers.get('x-should-retry')).toBe('false');
    const shown = (await response.json()) as Json;
    expect(shown.error).toMatchObject({ type: 'server_error', code: 'no_available_upstream' });
    expect(shown.error.message).toContain('Your own key is fine');
  }
  await using other = await startUpstream(polite);
  await using two = await startGateway({ upstreams: [upstream.url, other.url] });
  upstream.next(whole({ error }, 429));
  const response = await two.chat(ask());
  expect(response.headers.get('x-tollgate-served-by')).toBe('second/upstream-model');
});

test('answers tell what the contract says they tell', async () => {
  upstream.next(
    whole(completion({ service_tier: 'flex', system_fingerprint: 'fp' })),
    stream(goodStream('Hi')),
  );
  const response = await gateway.chat(ask());
  expect(await response.json()).toMatchObject({
    service_tier: 'flex',
    system_fingerprint: 'fp',
    model: 'test-model',
  });
  for (const { headers } of [response, await gateway.chat(ask({ stream: true }))]) {
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(headers.get('openai-version')).toBe('2020-10-01');
    expect(headers.get('openai-processing-ms')).toMatch(/^\d+$/);
    expect(headers.get('access-control-expose-headers')).toBe('X-Request-ID');
    expect(headers.get('x-tollgate-served-by')).toBe('first/upstream-model');
  }
});
