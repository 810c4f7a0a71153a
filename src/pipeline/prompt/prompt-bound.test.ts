import fc from 'fast-check';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { createTokenCounter } from '../../accounts/token-counter.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { promptBound } from './prompt-bound.ts';

const counter = createTokenCounter();
const asText = { disallowedSpecial: new Set<string>() };

function bound(request: ChatRequest, models: readonly string[], counted = true, contextWindow?: number) {
  const bodyBytes = Buffer.byteLength(JSON.stringify(request));
  const options = { request, bodyBytes, upstreamModels: models, contextWindow };
  return promptBound(options, counted ? counter : undefined);
}

const user = (content: unknown): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content } as ChatRequest['messages'][number]],
});

/** Pieces that tokenizers treat in ways of their own, and everything else. */
const word = fc.oneof(
  fc.constantFrom(
    ' ', '  ', '\n', '\n\n', '\t', '    ', 'the', ' quick', 'ABC', '123456789', "'s", '!!!', '漢字', 'ありがとう', '😀',
    '👩‍👩‍👧', '<|endoftext|>', '<|im_start|>', 'ﷺ', 'é', '\u0000', '\ud800', 'zzzzzzzz', '========', '/* x */', 'ß', 'ÀÉ',
    'aGVsbG8gd29ybGQ', 'ไทย', 'हिन्दी', '\r\n', '\u00a0', '{"a":1}',
  ), // biome-ignore format: a list
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(''));
const long = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 400 }))
  .map(([words, times]) => words.join('').repeat(times).slice(0, 20_000));

const message = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer'), content: text }),
  fc.record({ role: fc.constant('user'), content: fc.oneof(text, long), name: text }),
  fc.record({
    role: fc.constant('user'),
    content: fc.array(fc.record({ type: fc.constant('text'), text }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ role: fc.constant('assistant'), content: text, reasoning_content: text }),
);
const tool = fc
  .record({
    name: fc.stringMatching(/^[a-z_]{1,20}$/),
    description: text,
    words: fc.array(text, { maxLength: 30 }),
  })
  .map(({ name, description, words }) => ({
    type: 'function' as const,
    function: {
      name,
      description,
      parameters: { type: 'object', properties: { word: { type: 'string', enum: words, description } } },
    },
  }));

/** What OpenAI's cookbook, "How to count tokens", makes of messages and tools for its newest models. */
function cookbook(request: ChatRequest, encode: typeof encodeO200k): number {
  const count = (value: unknown): number => {
    if (typeof value === 'string') return encode(value, asText).length;
    return Array.isArray(value) ? value.reduce((sum, part) => sum + count(part.text), 0) : 0;
  };
  let tokens = 3;
  for (const each of request.messages) {
    const named = (each as { name?: string }).name;
    const thoughts = (each as { reasoning_content?: string }).reasoning_content;
    tokens += 3 + count(each.role) + count(each.content) + count(thoughts) + (named ? 1 + count(named) : 0);
  }
  const tools = request.tools ?? [];
  for (const each of tools) {
    if (each.type !== 'function') continue;
    const { name, description, parameters } = each.function;
    tokens += 7 + count(`${name}:${description}`) + 3;
    const properties = (parameters?.properties ?? {}) as Record<
      string,
      { type: string; enum: string[]; description: string }
    >;
    for (const [key, property] of Object.entries(properties)) {
      tokens += 3 - 3 + property.enum.reduce((sum, item) => sum + 3 + count(item), 0);
      tokens += count(`${key}:${property.type}:${property.description}`);
    }
  }
  return tools.length > 0 ? tokens + 12 : tokens;
}

describe('what the tokenizer finds never passes the bound', () => {
  test.each([
    ['gpt-4o', encodeO200k],
    ['gpt-5.1-2025-11-13', encodeO200k],
    ['gpt-4-0613', encodeCl100k],
  ] as const)('%s', async (model, encode) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.array(tool, { maxLength: 3 }),
        async (messages, tools) => {
          const request = { model: 'm', messages, ...(tools.length > 0 ? { tools } : {}) } as ChatRequest;
          const real = cookbook(request, encode);
          const counted = await bound(request, [model]);
          const plain = await bound(request, [model], false);
          expect(counted).toBeGreaterThanOrEqual(real);
          expect(plain).toBeGreaterThanOrEqual(counted);
          expect(await bound(request, [model])).toBe(counted);
        },
      ),
      { numRuns: 250 },
    );
  });
});

describe('how close it is', () => {
  const prose = 'The quick brown fox jumps over the lazy dog, again and again, until it is tired. '.repeat(
    500,
  );

  test('prose counts as its tokens where the tokenizer is known, as its bytes where not', async () => {
    const real = encodeO200k(prose).length;
    expect(await bound(user(prose), ['gpt-5.1'])).toBeLessThan(real + 40);
    expect(await bound(user(prose), ['gpt-5.1'], false)).toBeGreaterThan(prose.length);
    expect(await bound(user(prose), ['claude-sonnet-4-5'])).toBeGreaterThan(prose.length);
  });

  test('one target of another family is enough to count bytes', async () => {
    expect(await bound(user(prose), ['gpt-5.1', 'llama-4'])).toBeGreaterThan(prose.length);
  });

  test('the dearer of two known tokenizers', async () => {
    const chinese = user('我们今天去公园散步吧。'.repeat(100));
    const both = await bound(chinese, ['gpt-4o', 'gpt-4']);
    expect(both).toBe(await bound(chinese, ['gpt-4']));
    expect(both).toBeGreaterThan(await bound(chinese, ['gpt-4o']));
  });

  test('megabytes of text are bounded without being counted to their end', async () => {
    const tokens = await bound(user('lorem ipsum '.repeat(300_000)), ['gpt-5.1']);
    expect(tokens).toBeLessThan(3_600_000);
    expect(tokens).toBeGreaterThan(2_600_000);
  });
});

describe('images, sounds and files are no text', () => {
  const image = (url: string, detail?: string) =>
    user([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url, ...(detail ? { detail } : {}) } },
    ]);
  const header = 'iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAYAAAB/';
  const large = `data:image/png;base64,${header}${'A'.repeat(20 * 1024 * 1024)}`;

  test.each([true, false])(
    'an image of 20 MB counts by its size in pixels (counted: %s)',
    async (counted) => {
      expect(await bound(image(large, 'low'), ['gpt-4o'], counted)).toBeLessThan(400);
      expect(await bound(image(large, 'high'), ['gpt-4o'], counted)).toBeLessThan(765 + 400);
      expect(await bound(image(large, 'high'), ['gpt-4o'], counted)).toBeGreaterThan(765);
    },
  );

  test('an address may be the largest image there is', async () => {
    expect(await bound(image('https://example.com/x.png', 'high'), ['gpt-4o'])).toBeGreaterThan(85 + 8 * 170);
  });

  test('the dearest target counts', async () => {
    const url = 'https://example.com/x.png';
    expect(await bound(image(url), ['gpt-4o', 'gpt-4o-mini'])).toBeGreaterThan(48_000);
  });

  test('the context window is the most that all of them take', async () => {
    const parts = Array.from({ length: 50 }, () => ({ type: 'file', file: { file_id: 'file-1' } }));
    expect(await bound(user(parts), ['gpt-4o'], true, 128_000)).toBeLessThan(128_000 + 5_000);
    expect(await bound(user(parts), ['gpt-4o'], true)).toBeGreaterThan(1_000_000);
  });
});
