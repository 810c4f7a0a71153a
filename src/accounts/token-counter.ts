// Counts tokens where an upstream did not report them, with OpenAI's o200k_base. Other model families differ by a few
// percent, so what is counted here is always marked `estimated`.
import type { TokenCounter } from '../core/ports.ts';

type CountTokens = (text: string) => number;

/** Longest text that is encoded; of a longer one the rest is taken to have as many tokens per character. */
const longestEncoded = 200_000;

/** The vocabulary (some 20 MB in memory) is loaded at the first count, since most gateways never need it. */
export function createTokenCounter(): TokenCounter {
  let loading: Promise<CountTokens> | undefined;
  return {
    async count(text) {
      loading ??= import('gpt-tokenizer/encoding/o200k_base').then(
        ({ countTokens }) =>
          (encoded) =>
            countTokens(encoded, { allowedSpecial: 'all' }),
      );
      const count = await loading;
      if (text.length <= longestEncoded) return count(text);
      return Math.ceil((count(text.slice(0, longestEncoded)) / longestEncoded) * text.length);
    },
  };
}
