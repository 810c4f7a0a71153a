// What reading an upstream's answer costs: microseconds for one whole answer and for one chunk of a stream, in the
// fastest of many rounds, which other work on the machine disturbs least. `node bench/read-answers.ts [root]` measures the sources under another root, to compare.
import { pathToFileURL } from 'node:url';

const root = process.argv[2] ? `${pathToFileURL(process.argv[2])}/` : new URL('../', import.meta.url).href;
const folder = `${root}src/providers/openai-compatible`;
const { readWhole } = (await import(
  `${folder}/read-whole.ts`
)) as typeof import('../src/providers/openai-compatible/read-whole.ts');
const { createStreamReader } = (await import(
  `${folder}/read-stream.ts`
)) as typeof import('../src/providers/openai-compatible/read-stream.ts');

const fallback = { id: 'chatcmpl-ours', created: 1_755_133_833 };
const call = (includeUsage: boolean) =>
  ({
    request: { model: 'gpt-5.1', messages: [{ role: 'user', content: 'Hi' }], stream: true },
    includeUsage,
    streaming: true,
  }) as unknown as Parameters<typeof createStreamReader>[0];

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(8);
const head = {
  id: 'chatcmpl-8f3a',
  object: 'chat.completion',
  created: 1_755_133_833,
  model: 'gpt-5.1-2025-11-13',
};
const usage = { prompt_tokens: 8, completion_tokens: 90, total_tokens: 98 };
const details = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};
const message = { role: 'assistant', content: text, refusal: null, annotations: [] };
/** As OpenAI answers, and as vLLM does. */
const wholes = {
  'whole answer, OpenAI': {
    ...head,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: { ...usage, ...details },
    service_tier: 'default',
    system_fingerprint: null,
  },
  'whole answer, vLLM': {
    ...head,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          refusal: null,
          annotations: null,
          tool_calls: [],
          reasoning: null,
        },
        logprobs: null,
        finish_reason: 'stop',
        stop_reason: null,
      },
    ],
    usage: { ...usage, prompt_tokens_details: null },
    prompt_logprobs: null,
  },
};
const chunkOf = (choice: object, members: object = {}) =>
  Buffer.from(JSON.stringify({ ...head, object: 'chat.completion.chunk', ...members, choices: [choice] }));
const opening = chunkOf({
  index: 0,
  delta: { role: 'assistant', content: '', refusal: null },
  finish_reason: null,
});
const delta = { index: 0, delta: { content: ' jumps' }, logprobs: null, finish_reason: null };
const chunks = {
  'chunk, usage not asked': [chunkOf(delta), false],
  'chunk, OpenAI, usage asked': [
    Buffer.from(`${chunkOf(delta).toString().slice(0, -1)},"usage":null}`),
    true,
  ],
  'chunk without usage, usage asked': [chunkOf(delta), true],
  'chunk, Ollama (role each time)': [
    chunkOf({ index: 0, delta: { role: 'assistant', content: ' jumps' }, finish_reason: null }),
    false,
  ],
  'chunk, DeepSeek (null beside)': [
    chunkOf({ index: 0, delta: { content: ' jumps', reasoning_content: null }, finish_reason: null }),
    false,
  ],
  'chunk, reasoning of vLLM': [
    chunkOf({ index: 0, delta: { reasoning: ' jumps' }, finish_reason: null }),
    false,
  ],
} as const;

function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 60; round++) {
    const started = performance.now();
    for (let count = 0; count < 2000; count++) run();
    best = Math.min(best, ((performance.now() - started) / 2000) * 1000);
  }
  return best;
}

for (const [name, answer] of Object.entries(wholes)) {
  const body = Buffer.from(JSON.stringify(answer));
  console.log(
    `${name.padEnd(36)} ${fastest(() => void readWhole(call(false), body, fallback)).toFixed(2)} us`,
  );
}
for (const [name, [chunk, asked]] of Object.entries(chunks)) {
  const reader = createStreamReader(call(asked), fallback);
  reader.read(opening);
  console.log(`${name.padEnd(36)} ${fastest(() => void reader.read(chunk)).toFixed(2)} us`);
}
