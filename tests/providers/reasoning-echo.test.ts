// Reasoning of OpenAI-style upstreams in tool loops: what the upstream wants back reaches it though the client echoes only what
// OpenAI's client knows, and upstreams that refuse it are not sent it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../support/read-events.ts';
import {
  choice,
  chunk,
  completion,
  done,
  finish,
  type Json,
  polite,
  type ScriptedUpstream,
  startUpstream,
  stream,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url] });
  const provider = (members: Json) => ({ base_url: upstream.url, api_key: upstreamKey, ...members });
  const compatible = (preset: string) => provider({ type: 'openai-compatible', preset });
  const names = ['deepseek', 'openrouter', 'vllm', 'groq', 'mistral'];
  await gateway.configure({
    providers: {
      ...Object.fromEntries(names.map((name) => [name, compatible(name)])),
      plain: provider({ type: 'openai-compatible' }),
      openai: provider({ type: 'openai' }),
      azure: provider({ type: 'azure-openai' }),
    },
    models: Object.fromEntries(
      [...names, 'plain', 'openai', 'azure'].map((name) => [
        name,
        { price: 'free', route: [[{ provider: name, model: 'gpt-4o' }]] },
      ]),
    ),
  });
});
beforeEach(() => upstream.always(polite));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const question = { role: 'user', content: 'What is f?' };
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
const callOf = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const details = [
  { type: 'reasoning.text', text: 'deep thought', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
  { type: 'reasoning.encrypted', data: 'hidden', format: 'anthropic-claude-v1', index: 1 },
];

/** Asks, gets this reasoning and a call, sends back only what OpenAI's client knows; what the upstream is sent then. */
async function loop(
  model: string,
  id: string,
  said: Json,
  streaming: boolean,
  before = [question],
): Promise<Json> {
  const { reasoning_details: given, ...texts } = said;
  const [name, text] = Object.entries(texts)[0] as [string, string];
  const detail = (members: Json): Json => (given ? { reasoning_details: [{ ...given[0], ...members }] } : {});
  upstream.next(
    streaming
      ? stream([
          chunk({ role: 'assistant', content: '' }),
          // OpenRouter tells both in one delta, and the signature behind them.
          chunk({ [name]: text.slice(0, 5), ...detail({ text: text.slice(0, 5), signature: undefined }) }),
          chunk({ [name]: text.slice(5), ...detail({ text: text.slice(5), signature: undefined }) }),
          ...(given
            ? [chunk(detail({ text: undefined })), chunk({ reasoning_details: given.slice(1) })]
            : []),
          chunk({ tool_calls: [{ index: 0, ...callOf(id) }] }),
          finish('tool_calls'),
          done,
        ])
      : whole(
          completion({
            choices: [
              choice({
                message: { content: null, tool_calls: [callOf(id)], ...said },
                finish_reason: 'tool_calls',
              }),
            ],
          }),
        ),
  );
  const first = await gateway.chat(ask({ model, messages: before, tools, stream: streaming }));
  if (streaming) expect((await readEvents(first)).done).toBe(true);
  else await first.text();
  const messages = [
    ...before,
    { role: 'assistant', content: null, tool_calls: [callOf(id)] },
    { role: 'tool', tool_call_id: id, content: '42' },
  ];
  await (await gateway.chat(ask({ model, messages, tools }))).text();
  return upstream.last().body.messages.at(-2);
}

describe.each([false, true])('streaming %s: what comes back though the client left it out', (streaming) => {
  test.each([
    ['deepseek', { reasoning_content: 'deep thought' }, { reasoning_content: 'deep thought' }],
    ['vllm', { reasoning: 'deep thought' }, { reasoning: 'deep thought' }],
    ['groq', { reasoning: 'deep thought' }, { reasoning: 'deep thought' }],
    [
      'openrouter',
      { reasoning: 'deep thought', reasoning_details: details },
      { reasoning: 'deep thought', reasoning_details: details },
    ],
  ])('%s', async (model, said, expected) => {
    const message = await loop(model, `call_${model}_${streaming}`, said, streaming);
    const { role: _role, content: _content, tool_calls: _calls, ...rest } = message;
    expect(rest).toEqual(expected);
  });

  test('nothing where the upstream is not known to want it', async () => {
    const message = await loop('plain', `call_plain_${streaming}`, { reasoning: 'deep thought' }, streaming);
    expect(Object.keys(message).sort()).toEqual(['content', 'role', 'tool_calls']);
  });
});

test('what the client echoes wins', async () => {
  const id = 'call_echoed';
  await loop('deepseek', id, { reasoning_content: 'deep thought' }, false);
  const messages = [
    question,
    { role: 'assistant', content: null, reasoning_content: 'mine', tool_calls: [callOf(id)] },
    { role: 'tool', tool_call_id: id, content: '42' },
  ];
  await (await gateway.chat(ask({ model: 'deepseek', messages, tools }))).text();
  expect(upstream.last().body.messages[1].reasoning_content).toBe('mine');
});

test('ids that come again in other conversations bring nobody else’s thoughts', async () => {
  const said = { reasoning_content: 'secret of one' };
  await loop('deepseek', 'functions.f:0', said, false, [{ role: 'user', content: 'one' }]);
  const messages = [
    { role: 'user', content: 'another' },
    { role: 'assistant', content: null, tool_calls: [callOf('functions.f:0')] },
    { role: 'tool', tool_call_id: 'functions.f:0', content: '42' },
  ];
  await (await gateway.chat(ask({ model: 'deepseek', messages, tools }))).text();
  expect(upstream.last().body.messages[1].reasoning_content).toBe('');
});

describe('what an upstream refuses is not sent to it', () => {
  const echoed = {
    role: 'assistant',
    content: 'b',
    reasoning_content: 'r',
    reasoning: 'r',
    reasoning_details: details,
    tool_calls: [{ ...callOf('call_1'), extra_content: { google: { thought_signature: 's' } } }],
  };
  const messages = [question, echoed, { role: 'tool', tool_call_id: 'call_1', content: '42' }];

  test.each([
    ['openai', []],
    ['azure', []],
    ['mistral', []],
    ['groq', ['reasoning']],
  ])('%s', async (model, kept) => {
    await (await gateway.chat(ask({ model, messages, tools }))).text();
    const [, sent] = upstream.last().body.messages;
    expect(Object.keys(sent).sort()).toEqual([...kept, 'content', 'role', 'tool_calls'].sort());
    expect(sent.tool_calls).toEqual([callOf('call_1')]);
    expect(upstream.last().body.messages[2]).toEqual(messages[2]);
  });

  test.each(['openrouter', 'plain'])('%s takes it', async (model) => {
    await (await gateway.chat(ask({ model, messages, tools }))).text();
    expect(upstream.last().body.messages[1]).toMatchObject({
      reasoning_details: details,
      tool_calls: echoed.tool_calls,
    });
  });
});
