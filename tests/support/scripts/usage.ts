// Token counts in every place and arithmetic that upstreams are known to report them in. CONTRACT section 3 (DeepSeek,
// xAI) and section 6, details 5 and 16.
import type { Json } from '../scripted-upstream.ts';
import { chunk, completion, done, finish, roleChunk, type Step, text, usageChunk } from './pieces.ts';

/** What all that report say in the end: cached tokens are part of the prompt, reasoning is part of the completion. */
export const reportedUsage = {
  prompt_tokens: 100,
  completion_tokens: 50,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 60 },
  completion_tokens_details: { reasoning_tokens: 20 },
};
const besideReasoning = { ...reportedUsage, completion_tokens: 30 };
const { prompt_tokens_details: _, ...withoutCache } = reportedUsage;
const deepSeek = { ...withoutCache, prompt_cache_hit_tokens: 60, prompt_cache_miss_tokens: 40 };
const growing = (completion_tokens: number) => ({
  ...reportedUsage,
  completion_tokens,
  total_tokens: 100 + completion_tokens,
  completion_tokens_details: { reasoning_tokens: 0 },
});

export const countedText = 'Hello, world!';
const opening = [roleChunk, text('Hello'), text(', world!')];

export const usageStreams = {
  'a chunk of its own': [...opening, finish(), usageChunk(reportedUsage), done],
  'on the finish chunk (DeepSeek)': [...opening, finish('stop', { usage: deepSeek }), done],
  'on every chunk, growing': [
    roleChunk,
    chunk({ content: 'Hello' }, { usage: growing(10) }),
    chunk({ content: ', world!' }, { usage: growing(20) }),
    finish('stop', { usage: reportedUsage }),
    usageChunk(reportedUsage),
    done,
  ],
  'with a choice in the usage chunk': [...opening, finish(), chunk({}, { usage: reportedUsage }), done],
  'reasoning beside the completion (xAI)': [...opening, finish(), usageChunk(besideReasoning), done],
  'null on all others': [
    ...[{ role: 'assistant', content: '' }, { content: 'Hello' }, { content: ', world!' }].map((delta) =>
      chunk(delta, { usage: null }),
    ),
    finish('stop', { usage: null }),
    usageChunk(reportedUsage),
    done,
  ],
} satisfies Record<string, readonly Step[]>;

export const usageAnswers = {
  'as OpenAI writes it': completion({ usage: reportedUsage }),
  'cache hits in a member of their own (DeepSeek)': completion({ usage: deepSeek }),
  'reasoning beside the completion (xAI)': completion({ usage: besideReasoning }),
} satisfies Record<string, Json>;

/** Streams and answers that leave usage out: the gateway counts. */
export const silentStreams = {
  missing: [...opening, finish(), done],
  'null everywhere': [
    roleChunk,
    chunk({ content: 'Hello, world!' }, { usage: null }),
    finish('stop', { usage: null }),
    done,
  ],
  'not numbers': [...opening, finish(), usageChunk({ prompt_tokens: 'many', completion_tokens: null }), done],
} satisfies Record<string, readonly Step[]>;

const { usage: __, ...withoutUsage } = completion();
export const silentAnswers = {
  missing: withoutUsage,
  null: { ...withoutUsage, usage: null },
} satisfies Record<string, Json>;
