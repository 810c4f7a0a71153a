import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inTurn, type OverlapRemover, withoutEcho, withoutRepetition, withoutRest } from './overlap.ts';

const through = (remover: OverlapRemover, ...pieces: string[]) =>
  pieces.map((piece) => remover.push(piece)).join('') + remover.flush();

describe('a repetition in words', () => {
  test.each([
    ['nothing repeated', 'Once upon', ' a time', ' a time'],
    ['the last word', 'Once upon', 'upon a time', ' a time'],
    ['all of it', 'Once upon', 'Once upon a time', ' a time'],
    ['the longest of several', 'to be or not to be', 'to be or not to be, that', ', that'],
    ['a word begun', 'the unbeliev', 'unbelievable', 'able'],
    ['the middle of a word, long enough to be no accident', 'the unbeliev', 'believable', 'able'],
    ['letters that only look like it', 'a ban', 'anas', 'anas'],
    ['digits, too', 'It costs 10', '00 dollars', '00 dollars'],
    ['signs may stand twice', '{ a: { b: 1 }', '}', '}'],
    ['a beginning that turns out to be another', 'one two', 'two three two', ' three two'],
    ['the end of the new text, which is all repetition', 'one two', 'two', ''],
    ['the beginning of a repetition and no more', 'one two', 'tw', 'tw'],
    ['writing without spaces', '吾輩は猫である', 'である。名前', '。名前'],
    ['line breaks before it', 'The quick brown fox', '\n\nThe quick brown fox jumps', ' jumps'],
    ['a space before it', 'The quick brown fox', ' brown fox jumps', ' jumps'],
    ['an ellipsis before it', 'The quick brown fox', '…brown fox jumps', ' jumps'],
    ['three dots before it', 'The quick brown fox', '... quick brown fox jumps', ' jumps'],
    ['a quotation mark before it', 'The quick brown fox', '“The quick brown fox jumps', ' jumps'],
    ['a quotation mark that is repeated', 'He said "the quick fox', '"the quick fox jumps', ' jumps'],
    ['a quotation mark that ends something', 'He said "go', '" go he did', '" go he did'],
    ['line breaks, and all of it', 'All done.', '\nAll done.', ''],
    ['line breaks before something new', 'All done.', '\n\nNext: all', '\n\nNext: all'],
    ['line breaks and nothing', 'All done', '\n\n', '\n\n'],
    ['more white space than belongs to anything', 'a b', `${' '.repeat(30)}a b c`, `${' '.repeat(30)}a b c`],
  ])('%s', (_, delivered, given, wanted) => {
    expect(through(withoutRepetition(delivered), given)).toBe(wanted);
    expect(through(withoutRepetition(delivered), ...given)).toBe(wanted);
  });

  test('is held back only as long as it may be one', () => {
    const remover = withoutRepetition('one two three');
    expect(remover.push('two th')).toBe('');
    expect(remover.push('ings')).toBe('two things');
    expect(remover.push('two three')).toBe('two three');
    expect(remover.flush()).toBe('');
  });

  test('white space is held back until it is clear what it stands before', () => {
    const remover = withoutRepetition('one two');
    expect(remover.push('\n')).toBe('');
    expect(remover.push('\n')).toBe('');
    expect(remover.push('th')).toBe('\n\nth');
    const endless = withoutRepetition('one two');
    const out = Array.from({ length: 20 }, () => endless.push(' ')).join('');
    expect(out.length).toBeGreaterThan(0);
    expect(out + endless.flush()).toBe(' '.repeat(20));
  });

  test('is looked for in the last 400 characters: no more is ever held back', () => {
    const long = 'word '.repeat(100_000);
    const remover = withoutRepetition(long);
    let held = 0;
    for (let count = 0; count < 1000; count++) {
      held += 5 - remover.push('word ').length;
      expect(held).toBeLessThanOrEqual(400);
    }
  });

  test('what comes out is an end of what went in, and the pieces do not matter', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '猫', '😀', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, fc.nat(12), (delivered, given, cut) => {
        const whole = through(withoutRepetition(delivered), given);
        expect(given.endsWith(whole)).toBe(true);
        const left = given.slice(0, given.length - whole.length);
        expect(delivered.endsWith(left) || delivered.endsWith(left.trimStart())).toBe(true);
        expect(through(withoutRepetition(delivered), given.slice(0, cut), given.slice(cut))).toBe(whole);
      }),
      { numRuns: 2000 },
    );
  });
});

test('the rest that was not sent is taken out as far as it comes again', () => {
  expect(through(withoutRest('\n\n'), '\n', '\n- b')).toBe('- b');
  expect(through(withoutRest('\n\n'), '\n- b')).toBe('- b');
  expect(through(withoutRest(' '), '\n\nb')).toBe('\n\nb');
  expect(through(withoutRest(''), ' b')).toBe(' b');
  // Half an emoji was delivered, the whole one comes.
  expect(through(withoutRest(' \ud83d'), ' 😀!')).toBe('\ude00!');
});

test('an echo is taken out whole or not at all', () => {
  expect(through(withoutEcho('Once upon'), 'On', 'ce upon a', ' time')).toBe(' a time');
  expect(through(withoutEcho('Once upon'), 'Once', ' more')).toBe('Once more');
  expect(through(withoutEcho('Once upon'), 'Once')).toBe('Once');
  expect(through(withoutEcho('Once upon'), 'upon a')).toBe('upon a');
});

test('one after the other', () => {
  const remover = inTurn(withoutEcho('Once'), withoutRest(' '));
  expect(through(remover, 'On', 'ce ', 'upon')).toBe('upon');
});
