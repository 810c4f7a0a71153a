// The arithmetic of usage, the same in whole answers and in streams: CONTRACT section 2.
import { kind, that } from '../expectations.ts';
import { at, isObject } from '../look.ts';
import type { Mismatch } from '../outcome.ts';

export function usageMismatches(usage: unknown): Mismatch[] {
  if (!isObject(usage)) return kind('usage', usage, 'an object');
  const counts = ['prompt_tokens', 'completion_tokens', 'total_tokens'].flatMap((name) =>
    kind(`usage.${name}`, usage[name], 'a whole number, 0 or more'),
  );
  if (counts.length > 0) return counts;
  const prompt = Number(usage.prompt_tokens);
  const completion = Number(usage.completion_tokens);
  return [
    ...that(prompt > 0, 'usage.prompt_tokens', 'more than 0', prompt),
    ...that(
      usage.total_tokens === prompt + completion,
      'usage.total_tokens',
      `${prompt} + ${completion}`,
      usage.total_tokens,
    ),
    // A detail that is not told is `undefined`, which is no larger than anything.
    ...part(usage, 'prompt_tokens_details', 'cached_tokens', prompt),
    ...part(usage, 'completion_tokens_details', 'reasoning_tokens', completion),
  ];
}

/** What is counted in a whole is never more than the whole. */
function part(usage: object, details: string, name: string, whole: number): Mismatch[] {
  const count = at(usage, details, name);
  return that(!(Number(count) > whole), `usage.${details}.${name}`, `${whole} or less`, count);
}
