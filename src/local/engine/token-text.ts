// The bytes a token stands for. The library only gives text, which loses the half of a character that one token
// may hold; so the vocabulary's own spelling is decoded here.
import type { NativeModel } from './native-interface.ts';

/** Bits of llama.cpp's `llama_token_attr`. */
export const tokenAttribute = {
  unknown: 1,
  unused: 2,
  normal: 4,
  control: 8,
  userDefined: 16,
  byte: 32,
} as const;

type Vocabulary = Pick<NativeModel, 'vocabularyType' | 'tokenString' | 'tokenAttributes'>;

export interface TokenText {
  /** Empty for control tokens. */
  bytes(token: number): Uint8Array;
  /** The spelling of a control or user-defined token, `undefined` for ordinary ones. */
  special(token: number): string | undefined;
}

export function createTokenText(vocabulary: Vocabulary): TokenText {
  const seen = new Map<number, Uint8Array>();
  return {
    bytes(token) {
      let bytes = seen.get(token);
      if (bytes === undefined) {
        bytes = decode(vocabulary, token);
        seen.set(token, bytes);
      }
      return bytes;
    },
    special(token) {
      const marked = tokenAttribute.control | tokenAttribute.userDefined | tokenAttribute.unknown;
      return vocabulary.tokenAttributes(token) & marked ? vocabulary.tokenString(token) : undefined;
    },
  };
}

const encoder = new TextEncoder();
const nothing = new Uint8Array();

function decode(vocabulary: Vocabulary, token: number): Uint8Array {
  const text = vocabulary.tokenString(token);
  const attributes = vocabulary.tokenAttributes(token);
  if (attributes & (tokenAttribute.control | tokenAttribute.unknown | tokenAttribute.unused)) return nothing;
  if (attributes & tokenAttribute.userDefined) return encoder.encode(text);
  const byte = /^<0x([0-9A-F]{2})>$/.exec(text);
  if (attributes & tokenAttribute.byte && byte) return Uint8Array.of(Number.parseInt(byte[1] ?? '', 16));
  if (vocabulary.vocabularyType === 'bpe') return decodeByteLevel(text);
  return encoder.encode(text.replaceAll('▁', ' '));
}

/** GPT-2's byte-level spelling: every byte is one printable character. */
function decodeByteLevel(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) bytes.push(...encoder.encode(character));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** The 256 characters of byte-level BPE in order of the byte they stand for. */
export const byteLevelAlphabet: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let shifted = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : shifted++));
})();

const byteOfCharacter = new Map(byteLevelAlphabet.map((character, byte) => [character, byte]));
