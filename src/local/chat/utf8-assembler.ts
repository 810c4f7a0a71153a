// Puts the bytes of tokens together to whole characters. A character may be spread over several tokens.

export interface Utf8Assembler {
  /**
   * The characters that are complete now; bytes that can never become one are U+FFFD. The beginning of a character that
   * is never completed stays inside: half a character is none.
   */
  push(bytes: Uint8Array): string;
}

export function createUtf8Assembler(): Utf8Assembler {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return { push: (bytes) => decoder.decode(bytes, { stream: true }) };
}
