import { describe, expect, test } from 'vitest';
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { ChatCall } from '../../core/ports.ts';
import { toRequestBody } from './to-request.ts';

const vllm: ProviderCapabilities = {
  maxTokensField: 'max_tokens',
  usageInStream: true,
  developerRole: false,
};
const openai: ProviderCapabilities = {
  maxTokensField: 'max_completion_tokens',
  usageInStream: true,
  developerRole: true,
};
const old: ProviderCapabilities = { ...vllm, usageInStream: false };

function sent(body: string, capabilities: ProviderCapabilities, maxOutputTokens?: number): string {
  const request = JSON.parse(body) as ChatCall['request'];
  const call: ChatCall = {
    request,
    body: Buffer.from(body),
    target: { provider: 'p', model: 'up', weight: 1 },
    streaming: request.stream === true,
    includeUsage: request.stream_options?.include_usage === true,
    maxOutputTokens,
  };
  return toRequestBody(call, capabilities).toString();
}

test.each([
  [
    'only the model changes',
    '{"model":"a", "messages":[ ],"x":1e2}',
    vllm,
    '{"model":"up", "messages":[ ],"x":1e2}',
  ],
  ['nothing changes', '{"model":"up","messages":[]}', vllm, '{"model":"up","messages":[]}'],
  [
    'usage is asked for',
    '{"model":"up","messages":[],"stream":true}',
    vllm,
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
  ],
  [
    'other stream options stay',
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_obfuscation":false}}',
    vllm,
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true}}',
  ],
  [
    'usage is asked for once, however often it was',
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":false,"include_usage":true}}',
    vllm,
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
  ],
  [
    'nor is the place where it is asked for any other',
    '{"model":"up","messages":[],"stream":true,"x":{"stream_options":{"include_usage":true}},"stream_options":{"include\\u005fusage":false,"include_usage":true}}',
    vllm,
    '{"model":"up","messages":[],"stream":true,"x":{"stream_options":{"include_usage":true}},"stream_options":{"include_usage":true}}',
  ],
  [
    'and not taken back in capitals',
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":true,"Include_Usage":false}}',
    vllm,
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
  ],
  [
    'null is no option',
    '{"model":"up","messages":[],"stream":true,"stream_options":null}',
    vllm,
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
  ],
  [
    'who does not know stream options gets none',
    '{"model":"up","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
    old,
    '{"model":"up","messages":[],"stream":true}',
  ],
  [
    'the cap, new name to old',
    '{"model":"up","messages":[],"max_completion_tokens":5}',
    vllm,
    '{"model":"up","messages":[],"max_tokens":5}',
  ],
  [
    'the cap, old name to new',
    '{"model":"up","messages":[],"max_tokens":5}',
    openai,
    '{"model":"up","messages":[],"max_completion_tokens":5}',
  ],
  [
    'both caps: the new one wins',
    '{"model":"up","max_tokens":9,"messages":[],"max_completion_tokens":5}',
    vllm,
    '{"model":"up","max_tokens":5,"messages":[]}',
  ],
  [
    'no cap',
    '{"model":"up","messages":[],"max_completion_tokens":null}',
    vllm,
    '{"model":"up","messages":[]}',
  ],
  [
    'developer becomes system',
    '{"model":"up","messages":[{"role":"developer","content":"x","name":"n"}]}',
    vllm,
    '{"model":"up","messages":[{"role":"system","content":"x","name":"n"}]}',
  ],
  [
    'developer stays',
    '{"model":"up","messages":[{"role":"developer","content":"x"}]}',
    openai,
    '{"model":"up","messages":[{"role":"developer","content":"x"}]}',
  ],
  [
    'members of Object.prototype are members',
    '{"model":"up","messages":[],"toString":1,"__proto__":{"a":1},"max_tokens":3}',
    openai,
    '{"model":"up","messages":[],"toString":1,"__proto__":{"a":1},"max_completion_tokens":3}',
  ],
])('%s', (_, body, capabilities, expected) => {
  expect(sent(body, capabilities)).toBe(expected);
});

test.each([
  ['no cap', '{"model":"up","messages":[]}', '{"model":"up","messages":[],"max_tokens":100}'],
  [
    'a cap of null',
    '{"model":"up","messages":[],"max_tokens":null}',
    '{"model":"up","messages":[],"max_tokens":100}',
  ],
  [
    'a larger cap',
    '{"model":"up","messages":[],"max_tokens":500}',
    '{"model":"up","messages":[],"max_tokens":100}',
  ],
  [
    'a smaller cap',
    '{"model":"up","messages":[],"max_tokens":50}',
    '{"model":"up","messages":[],"max_tokens":50}',
  ],
  [
    'its other name',
    '{"max_completion_tokens":500,"model":"up","messages":[]}',
    '{"model":"up","messages":[],"max_tokens":100}',
  ],
])('a model that may write 100 tokens: %s', (_, body, expected) => {
  expect(sent(body, vllm, 100)).toBe(expected);
});

describe('the deprecated functions', () => {
  const functions = '"functions":[{"name":"f","parameters":{}}]';
  test.each([
    [
      'become tools',
      `{"model":"up","messages":[],${functions},"function_call":"auto"}`,
      '{"model":"up","messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":"auto","parallel_tool_calls":false}',
    ],
    [
      'a named one',
      `{"model":"up","messages":[],${functions},"function_call":{"name":"f"}}`,
      '{"model":"up","messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false}',
    ],
    [
      'join the tools',
      `{"model":"up","messages":[],"tools":[1],${functions},"tool_choice":"none","function_call":"auto"}`,
      '{"model":"up","messages":[],"tools":[1,{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":"none"}',
    ],
    [
      'null is none',
      '{"model":"up","messages":[],"functions":null,"function_call":null}',
      '{"model":"up","messages":[]}',
    ],
  ])('%s', (_, body, expected) => {
    expect(JSON.parse(sent(body, vllm))).toEqual(JSON.parse(expected));
    expect(sent(body, { ...vllm, functions: true })).toBe(body);
  });

  const user = '{"role":"user","content":"x" }';
  const called = '{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}}';
  const toolCall = (id: string, written = '{}') => ({
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: written } }],
  });
  const answer = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content });
  test.each<[string, string[], unknown[]]>([
    [
      'a call and its answer',
      [user, called, '{"role":"function","name":"f","content":"1"}'],
      [JSON.parse(user), toolCall('call_function_0'), answer('call_function_0', '1')],
    ],
    [
      'an answer without a call',
      ['{"role":"function","name":"f","content":null}', user],
      [toolCall('call_function_0'), answer('call_function_0', ''), JSON.parse(user)],
    ],
    [
      'calls without an answer',
      [called, user, called],
      [
        toolCall('call_function_0'),
        answer('call_function_0', ''),
        JSON.parse(user),
        toolCall('call_function_1'),
        answer('call_function_1', ''),
      ],
    ],
  ])('messages: %s', (_, messages, expected) => {
    const body = `{"model":"up","messages":[ ${messages.join(' ,')}]}`;
    const mapped = sent(body, vllm);
    expect(JSON.parse(mapped).messages).toEqual(expected);
    // Who needs no change keeps its bytes.
    expect(mapped.includes(user)).toBe(messages.includes(user));
    expect(sent(body, { ...vllm, functions: true })).toBe(body);
  });
});

describe('reasoning of earlier turns', () => {
  const calls = '"tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}]';
  test.each([
    ['"reasoning_content":"Hm"', '"reasoning_content":"Hm"', '"reasoning":"Hm"'],
    ['"reasoning":"Hm"', '"reasoning_content":"Hm"', '"reasoning":"Hm"'],
    ['"reasoning":"a","reasoning_content":"Hm"', '"reasoning_content":"Hm"', '"reasoning":"Hm"'],
    [
      '"reasoning_details":[{"text":"Hm"}]',
      '"reasoning_details":[{"text":"Hm"}],"reasoning_content":"Hm"',
      '"reasoning_details":[{"text":"Hm"}],"reasoning":"Hm"',
    ],
    [calls, `${calls},"reasoning_content":""`, calls],
    ['"name":"n"', '"name":"n"', '"name":"n"'],
  ])('%s', (members, content, plain) => {
    const body = (given: string) => `{"model":"up","messages":[{"role":"assistant","content":"x",${given}}]}`;
    const as = (reasoningField?: 'reasoning_content' | 'reasoning') =>
      sent(body(members), { ...vllm, ...(reasoningField ? { reasoningField } : {}) });
    expect(JSON.parse(as('reasoning_content'))).toEqual(JSON.parse(body(content)));
    expect(JSON.parse(as('reasoning'))).toEqual(JSON.parse(body(plain)));
    expect(as()).toBe(body(members));
  });
});

test('fields an upstream refuses are left out', () => {
  const capabilities = { ...openai, dropParams: ['temperature', 'seed'] };
  const body = '{"model":"up","messages":[],"temperature":0.5,"stop":"x"}';
  expect(sent(body, capabilities)).toBe('{"model":"up","messages":[],"stop":"x"}');
});
