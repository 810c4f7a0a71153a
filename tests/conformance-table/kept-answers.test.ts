// What the contract's sections 2 and 3 have an answer hold besides text and usual tool calls: it comes through as the
// upstream wrote it, with nothing but the model's name changed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  choice,
  chunk,
  completion,
  done,
  finish,
  type Json,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const usage = {
  prompt_tokens: 100,
  completion_tokens: 50,
  total_tokens: 150,
  prompt_tokens_details: {
    cached_tokens: 60,
    audio_tokens: 1,
    cache_write_tokens: 2,
    text_tokens: 90,
    image_tokens: 9,
  },
  completion_tokens_details: {
    reasoning_tokens: 20,
    audio_tokens: 0,
    accepted_prediction_tokens: 3,
    rejected_prediction_tokens: 4,
    text_tokens: 30,
  },
};
const citation = {
  type: 'url_citation',
  url_citation: { start_index: 0, end_index: 5, url: 'https://example.com/', title: 'Example' },
};
const unlikely = { token: 'Hello', logprob: -9999, bytes: [72, 101, 108, 108, 111] };
const custom = { id: 'call_c', type: 'custom', custom: { name: 'c', input: 'free text' } };
const signed = {
  id: 'call_g',
  type: 'function',
  function: { name: 'f', arguments: '{}' },
  extra_content: { google: { thought_signature: 'c2lnbmF0dXJl' } },
};

function answerWith(members: Json, more: Json = {}): Json {
  const { message } = choice();
  const built = { ...choice(), ...members, message: { ...message, annotations: [], ...members.message } };
  return { ...completion(), system_fingerprint: null, choices: [built], usage, ...more };
}

describe('whole', () => {
  test.each<[string, Json]>([
    ['usage with every detail of 2026', answerWith({})],
    ['citations', answerWith({ message: { annotations: [citation] } })],
    [
      'log probabilities, the least of them -9999, also of a refusal',
      answerWith({
        logprobs: {
          content: [{ ...unlikely, top_logprobs: [unlikely] }],
          refusal: [{ token: 'N', logprob: -0.1, bytes: null, top_logprobs: [] }],
        },
      }),
    ],
    [
      'a call of a custom tool',
      answerWith({ message: { content: null, tool_calls: [custom] }, finish_reason: 'tool_calls' }),
    ],
    [
      'a signature that the next turn needs',
      answerWith({ message: { content: null, tool_calls: [signed] }, finish_reason: 'tool_calls' }),
    ],
    [
      'speech',
      answerWith({
        message: {
          content: null,
          audio: { id: 'audio_1', data: 'UklGRg==', expires_at: 1, transcript: 'Hi' },
        },
      }),
    ],
    ['a refusal', answerWith({ message: { content: null, refusal: 'No.' } })],
    ...['stop', 'length', 'content_filter'].map((reason): [string, Json] => [
      `finish_reason ${reason}`,
      answerWith({ finish_reason: reason }),
    ]),
    [
      'tier, fingerprint and moderation',
      answerWith(
        {},
        { service_tier: 'priority', system_fingerprint: 'fp_1', moderation: { flagged: false } },
      ),
    ],
  ])('%s', async (_, answer) => {
    upstream.next(whole(answer));
    const response = await gateway.chat(ask());
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...answer, model: 'test-model' });
  });
});

describe('in streams', () => {
  const opening = { role: 'assistant', content: '', refusal: null };

  test.each<[string, Json[]]>([
    ['citations', [{ content: 'Hi' }, { annotations: [citation] }]],
    ['a refusal', [{ refusal: 'N' }, { refusal: 'o.' }]],
    [
      'a signature',
      [
        { tool_calls: [{ index: 0, ...signed, function: { name: 'f', arguments: '' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      ],
    ],
    [
      'a call of a custom tool',
      [
        { tool_calls: [{ index: 0, id: 'call_c', type: 'custom', custom: { name: 'c', input: '' } }] },
        { tool_calls: [{ index: 0, custom: { input: 'free text' } }] },
      ],
    ],
  ])('%s', async (_, deltas) => {
    const reason = deltas.some((delta) => delta.tool_calls) ? 'tool_calls' : 'stop';
    upstream.next(stream([chunk(opening), ...deltas.map((delta) => chunk(delta)), finish(reason), done]));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.data.map(({ choices }) => choices[0].delta)).toEqual([opening, ...deltas, {}]);
    expect(events.data.at(-1)?.choices[0].finish_reason).toBe(reason);
    expect(events.done).toBe(true);
  });

  test('half a character from upstream harms nothing', async () => {
    const half = text('a\uD83D').replace('\\ud83d', '\\uD83D');
    upstream.next(stream([roleChunk, half, text('b'), finish(), done]));
    const response = await gateway.chat(ask({ stream: true }));
    const bytes = Buffer.from(await response.clone().arrayBuffer());
    expect(bytes.equals(Buffer.from(bytes.toString()))).toBe(true);
    const events = await readEvents(response);
    expect(textOf(events)).toMatch(/^a[\uD83D\uFFFD]b$/);
    expect(events.done).toBe(true);
  });

  test('finish reasons', async () => {
    for (const reason of ['stop', 'length', 'content_filter']) {
      upstream.next(stream([roleChunk, text('Hi'), finish(reason), done]));
      const { data } = await readEvents(await gateway.chat(ask({ stream: true })));
      expect(data.at(-1)?.choices[0].finish_reason).toBe(reason);
    }
  });
});
