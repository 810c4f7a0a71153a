// Which tokenizer a model has, as far as that is public knowledge: OpenAI's. Facts of 2026-11-22, from tiktoken's
// `model.py` and openai/gpt-oss. Knows models by their upstream names only.
import type { TokenEncoding } from '../../core/ports.ts';

const families: readonly (readonly [RegExp, TokenEncoding])[] = [
  [/^(?:ft:)?(?:gpt-4o|gpt-4\.[15]|gpt-5|gpt-oss|chatgpt-4o|o[134](?:-|$))/, 'o200k_base'],
  [/^(?:ft:)?(?:gpt-4(?:-|$)|gpt-3\.5-turbo|gpt-35-turbo)/, 'cl100k_base'],
];

/** `undefined`: not known. Takes names with their maker before them, as resellers have them: `openai/gpt-5.1`. */
export function encodingOf(upstreamModel: string): TokenEncoding | undefined {
  const name = upstreamModel.toLowerCase().replace(/^(?:openai|azure)\//, '');
  return families.find(([pattern]) => pattern.test(name))?.[1];
}
