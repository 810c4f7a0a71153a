import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { droppedParams, findUnsupported, type ProviderCapabilities, prefillOf } from './capabilities.ts';

const all: ProviderCapabilities = { maxTokensField: 'max_tokens', usageInStream: true, developerRole: true };
const asked = (members: object) => ({ model: 'm', messages: [], ...members }) as unknown as ChatRequest;
const parts = (...types: string[]) => ({
  messages: [
    { role: 'system', content: 'x' },
    { role: 'user', content: types.map((type) => ({ type })) },
  ],
});

test('prefillOf: as stated, for the models it is stated for', () => {
  expect(prefillOf(all, 'any')).toBe('none');
  expect(prefillOf({ ...all, prefill: 'prefix' }, 'any')).toBe('prefix');
  const some = { ...all, prefill: 'message', prefillModels: '^old-' } as const;
  expect(prefillOf(some, 'old-1')).toBe('message');
  expect(prefillOf(some, 'new-1')).toBe('none');
});

describe('findUnsupported', () => {
  test('images by their address, where only their data is taken', () => {
    const withImage = (image_url: unknown) =>
      asked({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url }] }] });
    const local = { ...all, imageUrls: false };
    for (const url of ['https://example.com/a.png', 'http://example.com/a.png']) {
      for (const given of [url, { url }]) {
        expect(findUnsupported(withImage(given), local)).toMatchObject({
          code: 'unsupported_value',
          param: 'messages[0].content[0].image_url.url',
        });
        expect(findUnsupported(withImage(given), all)).toBeUndefined();
      }
    }
    expect(findUnsupported(withImage({ url: 'data:image/png;base64,AAAA' }), local)).toBeUndefined();
  });

  test.each<[Partial<ProviderCapabilities>, object, string, string]>([
    [{ images: false }, parts('text', 'image_url'), 'unsupported_value', 'messages[1].content[1]'],
    [{ audio: false }, parts('input_audio'), 'unsupported_value', 'messages[1].content[0]'],
    [{ files: false }, parts('image_url', 'file'), 'unsupported_value', 'messages[1].content[1]'],
    [{ audio: false }, { modalities: ['text', 'audio'] }, 'unsupported_value', 'modalities'],
    [{ tools: false }, { tools: [{}] }, 'unsupported_parameter', 'tools'],
    [{ tools: false }, { functions: [{}] }, 'unsupported_parameter', 'functions'],
    [
      { jsonSchema: false },
      { response_format: { type: 'json_schema' } },
      'unsupported_value',
      'response_format.type',
    ],
    [{ logprobs: false }, { logprobs: true }, 'unsupported_parameter', 'logprobs'],
    [{ choices: false }, { n: 2 }, 'unsupported_value', 'n'],
  ])('%j refuses %j', (cannot, members, code, param) => {
    expect(findUnsupported(asked(members), { ...all, ...cannot })).toMatchObject({
      code,
      param,
      status: 400,
    });
    expect(findUnsupported(asked(members), all)).toBeUndefined();
  });

  test('what is absent or null is not asked for', () => {
    const nothing: ProviderCapabilities = {
      ...all,
      images: false,
      audio: false,
      files: false,
      tools: false,
      jsonSchema: false,
      logprobs: false,
      choices: false,
    };
    const nulls = { tools: null, functions: null, response_format: null, logprobs: null, n: null };
    for (const members of [{}, nulls, { n: 1, logprobs: false, modalities: ['text'] }, parts('text')]) {
      expect(findUnsupported(asked(members), nothing)).toBeUndefined();
    }
  });

  test('says what it is about', () => {
    const error = findUnsupported(asked(parts('image_url')), { ...all, images: false });
    expect(error?.message).toBe(
      "Unsupported value: 'messages[1].content[0]' does not support 'image_url' with this model. It takes no images.",
    );
  });
});

test.each([
  [{ temperature: 0.5, seed: 1, top_p: 0.5 }, ['temperature']],
  [{ temperature: 0.5, top_p: 0.5, reasoning_effort: 'none' }, ['temperature']],
  [{ temperature: 0.5, top_p: 0.5, reasoning_effort: 'low' }, ['temperature', 'top_p']],
  [{ temperature: null, top_p: null, reasoning_effort: 'low' }, []],
  [{}, []],
])('of %j is not sent: %j', (members, names) => {
  const refusing = {
    ...all,
    dropParams: ['temperature'],
    dropParamsWhileReasoning: ['top_p', 'temperature'],
  };
  expect(droppedParams(asked(members), refusing)).toEqual(names);
  expect(droppedParams(asked(members), all)).toEqual([]);
});
