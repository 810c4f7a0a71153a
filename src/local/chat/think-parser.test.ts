import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createThinkParser } from './think-parser.ts';

function parse(pieces: readonly string[], startInside = false) {
  const parser = createThinkParser(startInside);
  const found = { reasoning: '', content: '' };
  for (const piece of pieces) for (const { kind, text } of parser.push(piece)) found[kind] += text;
  for (const { kind, text } of parser.flush()) found[kind] += text;
  return { ...found, state: parser.state };
}

describe('thinking at the start of a message', () => {
  test('is told from the answer, without the tags and the layout around them', () => {
    expect(parse(['<think>\nHm.\nYes.\n</think>\n\nParis.'])).toEqual({
      reasoning: 'Hm.\nYes.',
      content: 'Paris.',
      state: 'answering',
    });
  });

  test('may be empty', () => {
    expect(parse(['<think>\n\n</think>\n\nParis.'])).toMatchObject({ reasoning: '', content: 'Paris.' });
  });

  test('may have been opened by the prompt', () => {
    expect(parse(['Hm.\n</think>\nParis.'], true)).toMatchObject({ reasoning: 'Hm.', content: 'Paris.' });
  });

  test('may be cut off', () => {
    expect(parse(['<think>Hm, </thi'])).toMatchObject({ reasoning: 'Hm, </thi', content: '' });
  });
});

test('an answer without thinking is untouched', () => {
  expect(parse([' 1 < 2 </think>'])).toMatchObject({ reasoning: '', content: ' 1 < 2 </think>' });
  expect(parse([' <thi'])).toMatchObject({ reasoning: '', content: ' <thi' });
});

test('tags later in the answer are text', () => {
  expect(parse(['<think>a</think>Write <think>b</think>.'])).toMatchObject({
    reasoning: 'a',
    content: 'Write <think>b</think>.',
  });
});

test('after it was closed by force the answer begins at once', () => {
  const parser = createThinkParser(false);
  expect(parser.push('<think>so far ')).toEqual([{ kind: 'reasoning', text: 'so far' }]);
  expect(parser.close()).toEqual([]);
  expect(parser.push('\n\nParis.')).toEqual([{ kind: 'content', text: 'Paris.' }]);
});

const fragments = fc.array(
  fc.constantFrom('<think>', '</think>', '<', 'think>', '</', ' ', '\n', 'a', 'word', '>'),
  { maxLength: 20 },
);

test('however it is cut, the outcome is the same, and no opening tag is in the reasoning it began', () => {
  fc.assert(
    fc.property(fragments, fc.boolean(), (parts, startInside) => {
      const text = parts.join('');
      const whole = parse([text], startInside);
      expect(parse([...text], startInside)).toEqual(whole);
      expect(parse(parts, startInside)).toEqual(whole);
      expect(whole.reasoning).not.toContain('</think>');
    }),
    { numRuns: 2000 },
  );
});
