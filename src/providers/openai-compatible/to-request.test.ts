import { expect, test } from 'vitest';
import type { ChatCall, ProviderCapabilities } from '../../core/ports.ts';
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
