// Tokens that must not be drawn under a grammar. llama.cpp's grammars take the name of a control token for text, and
// know UTF-8 by its lead bytes only: they count `F8 80 80 80`, or a character in more bytes than it needs, as one
// character, where everybody else reads several U+FFFD, or a character that the grammar forbids.
import type { NativeModel } from './native-interface.ts';
import { type TokenText, tokenAttribute } from './token-text.ts';

export interface Unspeakable {
  /** Not to be drawn after `token`; `undefined`: at the beginning. The same array where it is the same set. */
  after(token: number | undefined): readonly number[];
}

type Vocabulary = Pick<NativeModel, 'vocabularySize' | 'tokenAttributes' | 'isEndOfGeneration'>;

/** Looks through the vocabulary when it is first asked (some 100 ms with 150,000 tokens). */
export function createUnspeakable(vocabulary: Vocabulary, text: Pick<TokenText, 'bytes'>): Unspeakable {
  let sets: { always: number[]; afterE0: number[]; afterF0: number[] } | undefined;

  const look = () => {
    const always: number[] = [];
    const belowA0: number[] = [];
    const below90: number[] = [];
    for (let token = 0; token < vocabulary.vocabularySize; token++) {
      const control = (vocabulary.tokenAttributes(token) & tokenAttribute.control) !== 0;
      const bytes = text.bytes(token);
      const first = bytes[0] ?? 0;
      // A grammar knows itself when an answer may end.
      if (control ? !vocabulary.isEndOfGeneration(token) : neverUtf8(bytes)) always.push(token);
      else if (first >= 0x80 && first < 0x90) below90.push(token);
      else if (first >= 0x90 && first < 0xa0) belowA0.push(token);
    }
    return {
      always,
      afterE0: [...always, ...below90, ...belowA0],
      afterF0: [...always, ...below90],
    };
  };

  return {
    after(token) {
      sets ??= look();
      const last = token === undefined ? undefined : text.bytes(token).at(-1);
      return last === 0xe0 ? sets.afterE0 : last === 0xf0 ? sets.afterF0 : sets.always;
    },
  };
}

/** Bytes that are in no UTF-8 text, or a character in more bytes than it needs. RFC 3629, section 3. */
function neverUtf8(bytes: Uint8Array): boolean {
  return bytes.some((byte, index) => {
    const next = bytes[index + 1];
    if (byte === 0xc0 || byte === 0xc1 || byte >= 0xf5) return true;
    if (next === undefined) return false;
    return (byte === 0xe0 && next < 0xa0) || (byte === 0xf0 && next < 0x90);
  });
}
