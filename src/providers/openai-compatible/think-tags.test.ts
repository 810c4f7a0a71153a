import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createThinkTagSplitter } from './think-tags.ts';

function split(pieces: readonly string[], tags: 'both' | 'closing' = 'both') {
  const splitter = createThinkTagSplitter(tags);
  const parts = [...pieces.map((piece) => splitter.push(piece)), splitter.end()];
  return [parts.map(({ reasoning }) => reasoning).join(''), parts.map(({ content }) => content).join('')];
}

const cases: [string, 'both' | 'closing', string, string][] = [
  ['<think>\nHm, 1 < 2.\n\n</think>\n\nHi  there', 'both', 'Hm, 1 < 2.', 'Hi  there'],
  ['\n<think></think>Hi', 'both', '', 'Hi'],
  ['◁think▷Hm◁/think▷Hi', 'both', 'Hm', 'Hi'],
  ['<think>cut off', 'both', 'cut off', ''],
  ['<think>cut off </thi', 'both', 'cut off </thi', ''],
  ['No thoughts, <think>not here</think>', 'both', '', 'No thoughts, <think>not here</think>'],
  ['<thin ice', 'both', '', '<thin ice'],
  ['<thi', 'both', '', '<thi'],
  ['  spaces first', 'both', '', '  spaces first'],
  ['<think>a</think>b</think>c', 'both', 'a', 'b</think>c'],
  ['Hm\n</think>\nHi', 'closing', 'Hm', 'Hi'],
  ['<think>Hm</think>Hi', 'closing', 'Hm', 'Hi'],
  ['Hm <em>x</em></think>Hi', 'closing', 'Hm <em>x</em>', 'Hi'],
  ['', 'both', '', ''],
];

test.each(cases)('%j (%s)', (text, tags, reasoning, content) => {
  expect(split([text], tags)).toEqual([reasoning, content]);
});

test('the same however the text is cut', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      ([text, tags, reasoning, content], cuts) => {
        const places = [
          0,
          ...cuts.map((cut) => Math.floor(cut * text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const pieces = places.slice(1).map((end, at) => text.slice(places[at], end));
        expect(split(pieces, tags)).toEqual([reasoning, content]);
      },
    ),
  );
});

test('nothing is held back that can be told', () => {
  const splitter = createThinkTagSplitter('both');
  expect(splitter.push('<think>a')).toEqual({ reasoning: 'a', content: '' });
  expect(splitter.push(' b <')).toEqual({ reasoning: ' b', content: '' });
  expect(splitter.push('c')).toEqual({ reasoning: ' <c', content: '' });
  expect(splitter.push('</think>\n')).toEqual({ reasoning: '', content: '' });
  expect(splitter.push('\nd')).toEqual({ reasoning: '', content: 'd' });
  expect(splitter.done()).toBe(true);
});
