import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStopMatcher } from './stop-sequences.ts';

function run(pieces: readonly string[], stops: readonly string[]) {
  const matcher = createStopMatcher(stops);
  const shown: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    shown.push(text);
    if (stopped) return { shown, text: shown.join(''), stopped };
  }
  shown.push(matcher.flush());
  return { shown, text: shown.join(''), stopped: false };
}

test('the answer ends before the stop sequence, also when it comes in pieces', () => {
  expect(run(['Hello EN', 'D and more'], ['END'])).toMatchObject({ text: 'Hello ', stopped: true });
});

test('what only began like a stop sequence is let out', () => {
  expect(run(['Hello EN', 'E'], ['END'])).toMatchObject({ text: 'Hello ENE', stopped: false });
  expect(run(['Hello EN'], ['END'])).toMatchObject({ text: 'Hello EN', stopped: false });
});

test('the sequence that is complete first wins', () => {
  expect(run(['xabcd'], ['abcd', 'bc']).text).toBe('xa');
});

test('an empty sequence never matches', () => {
  expect(run(['abc'], [''])).toMatchObject({ text: 'abc', stopped: false });
});

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
const sequences = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
  maxLength: 4,
});
const cuts = fc.array(fc.nat({ max: 5 }), { maxLength: 40 });

function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (const length of lengths) {
    pieces.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...pieces, rest];
}

/** Character by character: the first end of a sequence is the stop; the longest that ends there is taken out. */
function reference(text: string, stops: readonly string[]) {
  for (let end = 1; end <= text.length; end++) {
    const found = stops.filter((stop) => text.slice(0, end).endsWith(stop)).map((stop) => stop.length);
    if (found.length > 0) return { text: text.slice(0, end - Math.max(...found)), stopped: true };
  }
  return { text, stopped: false };
}

test('however the text is cut, the outcome is that of one character at a time', () => {
  fc.assert(
    fc.property(letters, sequences, cuts, (text, stops, lengths) => {
      expect(run(cut(text, lengths), stops)).toMatchObject(reference(text, stops));
    }),
    { numRuns: 2000 },
  );
});

test('nothing that was let out is taken back: what is shown never holds a part of the stop sequence that ends it', () => {
  fc.assert(
    fc.property(letters, sequences, cuts, (text, stops, lengths) => {
      const { shown } = run(cut(text, lengths), stops);
      let sofar = '';
      for (const piece of shown) {
        sofar += piece;
        expect(reference(text, stops).text.startsWith(sofar)).toBe(true);
      }
    }),
  );
});
