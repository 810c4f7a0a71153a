import { describe, expect, test } from 'vitest';
import { alternating, createChatTemplate } from './chat-template.ts';

const tokens = { bos: '<s>', eos: '</s>' };
const messages = [
  { role: 'system', content: 'Be terse.' },
  { role: 'user', content: 'Hi' },
];
const input = { messages, tools: [], enableThinking: false };
const asChatMl =
  '<|im_start|>system\nBe terse.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n';

describe('without a template of its own, a model is spoken to in ChatML', () => {
  test.each([
    ['absent', undefined],
    ['not Jinja', '{% for %}'],
    ['failing on the simplest conversation', '{{ raise_exception("no") }}'],
  ])('%s', (_, source) => {
    expect(createChatTemplate(source, tokens).render(input)).toBe(asChatMl);
  });
});

test('the model’s own template gets the special tokens', () => {
  const template = createChatTemplate('{{ bos_token }}{{ messages[0].content }}{{ eos_token }}', tokens);
  expect(template.render(input)).toBe('<s>Be terse.</s>');
});

test('what a template can do is read from it', () => {
  expect(createChatTemplate('{{ messages[0].content }}', tokens)).toMatchObject({
    thinking: 'none',
    tools: false,
  });
  const qwen =
    '{% if tools %}<tool_call>{% endif %}{% if enable_thinking is false %}<think>\n\n</think>{% endif %}';
  expect(createChatTemplate(qwen, tokens)).toMatchObject({ thinking: 'switchable', tools: true });
  const otherNotation = '{% if tools %}<tool_call>\n<function=f>{% endif %}';
  expect(createChatTemplate(otherNotation, tokens)).toMatchObject({ tools: false });
  expect(createChatTemplate("{{ '<think>' }}", tokens)).toMatchObject({ thinking: 'always', tools: false });
});

test('a template that refuses system messages still hears them', () => {
  const gemma =
    "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}";
  expect(createChatTemplate(gemma, tokens).render(input)).toBe('[user]Be terse.\n\nHi');
});

test('neighbours of one role become one turn', () => {
  const turns = alternating([
    { role: 'user', content: 'a' },
    { role: 'user', content: 'b' },
    { role: 'assistant', content: 'c' },
    { role: 'assistant', content: 'd' },
  ]);
  expect(turns).toEqual([
    { role: 'user', content: 'a\n\nb' },
    { role: 'assistant', content: 'c\n\nd' },
  ]);
});
