// Counts tokens as OpenAI's tokenizers do: to bound prompts before they are sent, and where an upstream did not report its
// usage. Other model families differ by a few percent, so what is counted for a bill is always marked `estimated`.
import type { TokenCounter, TokenEncoding } from '../core/ports.ts';

type CountTokens = (text: string) => number;

/** Longest text that is encoded; of a longer one the rest is taken to have as many tokens per character. */
const longestEncoded = 200_000;

/** `<|endoftext|>` in a prompt is text like any other, for the upstream too. */
const asText = { disallowedSpecial: new Set<string>() };

const encodings: Readonly<Record<TokenEncoding, () => Promise<CountTokens>>> = {
  o200k_base: async () => {
    const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
    return (text) => countTokens(text, asText);
  },
  cl100k_base: async () => {
    const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
    return (text) => countTokens(text, asText);
  },
};

/** A vocabulary (some 20 MB in memory) is loaded at its first count, since most gateways never need it. */
export function createTokenCounter(): TokenCounter {
  const loading = new Map<TokenEncoding, Promise<CountTokens>>();

  function load(encoding: TokenEncoding): Promise<CountTokens> {
    let loaded = loading.get(encoding);
    if (!loaded) {
      loaded = encodings[encoding]();
      loading.set(encoding, loaded);
    }
    return loaded;
  }

  return {
    async count(text, encoding = 'o200k_base') {
      const count = await load(encoding);
      if (text.length <= longestEncoded) return count(text);
      return Math.ceil((count(text.slice(0, longestEncoded)) / longestEncoded) * text.length);
    },
  };
}
