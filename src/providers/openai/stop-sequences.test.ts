import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamEvent } from '../../core/stream-event.ts';
import { createStopFilter } from './stop-sequences.ts';

const delta = (text: string): StreamEvent => ({ type: 'text-delta', text });
const finish: StreamEvent = { type: 'finish', reason: 'length' };

function textOf(events: readonly StreamEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

/** What is left of a text that comes in these pieces. */
function cut(stop: string | readonly string[], pieces: readonly string[]) {
  const filter = createStopFilter(stop);
  const events = [...pieces.map(delta), finish].flatMap((event) => filter.pass([event]));
  return { text: textOf(events), stopped: filter.stopped(), finish: events.at(-1) };
}

test.each<[string | string[], string, string]>([
  ['STOP', 'a STOP b STOP', 'a '],
  [['b', 'a'], 'xab', 'x'],
  // The one that is complete first, as a model that stops by itself would.
  [['abcd', 'bc'], 'abcd', 'a'],
  [['bc', 'abc'], 'xabc', 'x'],
  ['STOP', 'STO', 'STO'],
  ['aab', 'aaab', 'a'],
  ['', 'all', 'all'],
  [[], 'all', 'all'],
  ['x', 'x', ''],
])('%j in %j leaves %j', (stop, text, expected) => {
  const { text: left, stopped, finish: last } = cut(stop, [text]);
  expect(left).toBe(expected);
  expect(stopped).toBe(expected !== text);
  expect(last).toEqual(stopped ? { type: 'finish', reason: 'stop' } : finish);
});

test('however a text is cut into pieces, the same is left, and never a stop sequence', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 8 }), stops, (pieces, sequences) => {
      const inPieces = cut(sequences, pieces);
      const whole = pieces.join('');
      expect(inPieces).toEqual(cut(sequences, [whole]));
      expect(inPieces).toEqual(cut(sequences, [...whole]));
      expect(sequences.some((sequence) => inPieces.text.includes(sequence))).toBe(false);
      expect(whole.startsWith(inPieces.text)).toBe(true);
      expect(inPieces.stopped).toBe(sequences.some((sequence) => whole.includes(sequence)));
    }),
  );
});

test('what was held back comes before what is no text; counts and sources pass', () => {
  const filter = createStopFilter('STOP');
  const start: StreamEvent = { type: 'tool-input-start', call: 0, id: 'c', name: 'f' };
  const source: StreamEvent = { type: 'annotation', annotation: {} };
  expect(filter.pass([delta('one ST'), source, start])).toEqual([delta('one '), source, delta('ST'), start]);
  const usage: StreamEvent = { type: 'usage', usage: { input: 1, output: 1 } };
  expect(filter.pass([delta('STOP'), start, finish, usage])).toEqual([
    { type: 'finish', reason: 'stop' },
    usage,
  ]);
});
