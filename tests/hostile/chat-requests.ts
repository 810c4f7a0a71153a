// Chat requests that are right, over the whole width of the wire (CONTRACT section 1): what the mutations begin with.
import { type Members, type Tree, toTree } from './json-tree.ts';
import type { Random } from './random.ts';

const texts = ['Say hello.', 'Grüße 😀', '日本語', 'a "quoted" \\ path\n', '  ', 'x'.repeat(500)] as const;
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A request whose `user` is `mark`. */
export function chatRequest(random: Random, mark: string): Members {
  const request: Record<string, unknown> = {
    model: random.chance(0.9)
      ? 'test-model'
      : random.pick(['free-model', 'unpriced-model', 'no-such-model', 'x\r\ny: 1', 'ж', '']),
    messages: conversation(random),
    user: mark,
  };
  if (random.chance(0.4)) request.stream = random.chance(0.8);
  if (request.stream && random.chance(0.5)) request.stream_options = { include_usage: random.chance(0.7) };
  for (let left = random.below(5); left > 0; left--) Object.assign(request, random.pick(options)(random));
  const tree = toTree(request) as Members;
  // Members in any order: where a name stands must not matter.
  if (random.chance(0.5)) tree.members.sort(() => random.below(3) - 1);
  return tree;
}

const parameters = {
  type: 'object',
  properties: { city: { type: 'string', enum: ['Paris', 'Rome'] }, days: { type: 'integer' } },
  required: ['city'],
  additionalProperties: false,
};
const tool = { type: 'function', function: { name: 'weather', description: 'Tells it.', parameters } };
const custom = { type: 'custom', custom: { name: 'sql', format: { type: 'text' } } };

type Option = (random: Random) => Record<string, unknown>;
const options: readonly Option[] = [
  (random) => ({ temperature: random.pick([0, 1, 2, 0.7, null]) }),
  (random) => ({ top_p: random.pick([0, 0.5, 1]) }),
  (random) => ({ frequency_penalty: random.pick([-2, 2, 0.1]), presence_penalty: 1 }),
  (random) => ({ max_tokens: random.pick([1, 100, 4096, null]) }),
  (random) => ({ max_completion_tokens: random.pick([1, 100, 1_000_000]) }),
  (random) => ({ n: random.pick([1, 2, 128, null]) }),
  (random) => ({ stop: random.pick<unknown>(['END', ['a', 'b'], null, ['\n']]) }),
  (random) => ({ logprobs: true, top_logprobs: random.pick([0, 20]) }),
  () => ({ logit_bias: { 50256: -100, 1: 5 } }),
  (random) => ({ seed: random.pick([0, -1, 9007199254740991]) }),
  (random) => ({
    tools: random.pick([[tool], [tool, custom]]),
    tool_choice: random.pick<unknown>([
      'auto',
      'none',
      'required',
      { type: 'function', function: { name: 'weather' } },
    ]),
  }),
  (random) => ({
    functions: [tool.function],
    function_call: random.pick<unknown>(['auto', 'none', { name: 'weather' }]),
  }),
  () => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: parameters, strict: true } },
  }),
  (random) => ({ response_format: { type: random.pick(['text', 'json_object']) } }),
  (random) => ({ reasoning_effort: random.pick(['none', 'low', 'high', null]), verbosity: 'low' }),
  () => ({ metadata: { purpose: 'test', constructor: 'x' }, store: false }),
  () => ({ prediction: { type: 'content', content: 'x' }, service_tier: 'auto' }),
  () => ({ modalities: ['text'], web_search_options: { search_context_size: 'low' } }),
  () => ({ top_k: 5, chat_template_kwargs: { enable_thinking: false }, '': 0 }),
  () => ({ prompt_cache_key: 'k', safety_identifier: 's' }),
];

function conversation(random: Random): Tree[] {
  const messages: unknown[] = [];
  if (random.chance(0.4))
    messages.push({ role: random.pick(['system', 'developer']), content: random.pick(texts) });
  messages.push({ role: 'user', content: userContent(random) });
  if (random.chance(0.25)) messages.push(...toolRound(random), { role: 'user', content: 'And now?' });
  if (random.chance(0.15)) messages.push({ role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' });
  return messages.map(toTree);
}

function userContent(random: Random): unknown {
  if (random.chance(0.6)) return random.pick(texts);
  return [
    { type: 'text', text: random.pick(texts) },
    random.pick<unknown>([
      { type: 'image_url', image_url: { url: pixel, detail: 'low' } },
      { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
      { type: 'image_url', image_url: pixel },
      { type: 'input_audio', input_audio: { data: 'UklGRiQAAABXQVZF', format: 'wav' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' } },
    ]),
  ];
}

function toolRound(random: Random): unknown[] {
  const call = (id: string) => ({
    id,
    type: 'function',
    function: { name: 'weather', arguments: '{"city":"Rome"}' },
  });
  if (random.chance(0.2)) {
    return [
      { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
      { role: 'function', name: 'weather', content: 'sunny' },
    ];
  }
  const ids = random.pick([['a'], ['a', 'b']]);
  return [
    { role: 'assistant', content: null, tool_calls: ids.map(call) },
    ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'sunny' })),
  ];
}
