// What a backslash in a pattern stands for, in and outside of brackets. Pure.
import {
  type CodePointSet,
  complementOf,
  digits,
  lastCodePoint,
  whiteSpace,
  wordCharacters,
} from './code-points.ts';
import { PatternError, type PatternReader } from './pattern-reader.ts';

const one = (code: number): CodePointSet => [[code, code]];

const named: ReadonlyMap<string, CodePointSet> = new Map([
  ['d', digits],
  ['D', complementOf(digits)],
  ['w', wordCharacters],
  ['W', complementOf(wordCharacters)],
  ['s', whiteSpace],
  ['S', complementOf(whiteSpace)],
  ['t', one(0x09)],
  ['n', one(0x0a)],
  ['v', one(0x0b)],
  ['f', one(0x0c)],
  ['r', one(0x0d)],
]);

/** One character or escape within brackets. */
export function readClass(reader: PatternReader): CodePointSet {
  const next = reader.next();
  return next === '\\' ? readEscape(reader, true) : one(next.codePointAt(0) ?? 0);
}

/** What follows a backslash. */
export function readEscape(reader: PatternReader, bracketed: boolean): CodePointSet {
  const next = reader.next();
  const known = named.get(next);
  if (known !== undefined) return known;
  if (next === 'x') return one(readHex(reader, 2));
  if (next === 'u') return one(readUnicode(reader));
  if (next === 'c') return one(readControl(reader));
  if (next === '0' && !/\d/.test(reader.peek() ?? '')) return one(0);
  if (next === 'b' && bracketed) return one(0x08);
  if (next === 'b' || next === 'B') throw new PatternError(`the word boundary \\${next} is not supported`);
  if (next === 'p' || next === 'P') {
    throw new PatternError(
      `the Unicode property \\${next} is not supported; list the characters in brackets`,
    );
  }
  if (/[1-9k]/.test(next)) throw new PatternError(`the back-reference \\${next} is not supported`);
  if (/[0-9A-Za-z]/.test(next)) throw new PatternError(`\\${next} is no escape`);
  return one(next.codePointAt(0) ?? 0);
}

function readHex(reader: PatternReader, length: number): number {
  let text = '';
  while (text.length < length) text += reader.next();
  if (!/^[0-9A-Fa-f]+$/.test(text)) throw new PatternError(`'${text}' is not hexadecimal`);
  return Number.parseInt(text, 16);
}

/** `\uXXXX`, a surrogate pair of two of them, or `\u{X…}`. */
function readUnicode(reader: PatternReader): number {
  if (reader.take('{')) {
    const text = reader.until('}');
    const code = /^[0-9A-Fa-f]{1,8}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
    if (!(code <= lastCodePoint)) throw new PatternError(`\\u{${text}} is no character`);
    return code;
  }
  const high = readHex(reader, 4);
  if (high < 0xd800 || high > 0xdbff || !reader.take('\\u')) return high;
  const low = readHex(reader, 4);
  if (low < 0xdc00 || low > 0xdfff) throw new PatternError('half of a surrogate pair');
  return 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

function readControl(reader: PatternReader): number {
  const letter = reader.next();
  if (!/[A-Za-z]/.test(letter)) throw new PatternError(`\\c${letter} is no escape`);
  return letter.charCodeAt(0) % 32;
}
