// A model that thinks before it answers, under every name that upstreams give its thoughts. CONTRACT section 2,
// "Reasoning field dialects", and section 6, details 13 and 14.
import type { Json } from '../scripted-upstream.ts';
import { choice, chunk, completion, done, finish, roleChunk, type Step, text, usageChunk } from './pieces.ts';

export const thought = 'Six times seven.';
export const conclusion = '42';
export const thinkingUsage = {
  prompt_tokens: 10,
  completion_tokens: 25,
  total_tokens: 35,
  completion_tokens_details: { reasoning_tokens: 20 },
};

const fragments = ['Six ', 'times ', 'seven.'];
const closing = [text(conclusion), finish(), usageChunk(thinkingUsage), done];
const whole = (message: Json): Json =>
  completion({ choices: [choice({ message: { content: conclusion, ...message } })], usage: thinkingUsage });

export const reasoningStreams = {
  'reasoning_content (DeepSeek, SGLang, llama.cpp)': [
    roleChunk,
    ...fragments.map((reasoning_content) => chunk({ reasoning_content })),
    ...closing,
  ],
  'both members on every delta, one null (DeepSeek)': [
    chunk({ role: 'assistant', content: null, reasoning_content: '' }),
    ...fragments.map((reasoning_content) => chunk({ content: null, reasoning_content })),
    chunk({ content: conclusion, reasoning_content: null }),
    finish('stop', { usage: thinkingUsage }),
    done,
  ],
  'reasoning (vLLM, Ollama, Groq)': [
    chunk({ role: 'assistant', content: '' }),
    ...fragments.map((reasoning) => chunk({ reasoning })),
    ...closing,
  ],
  'reasoning and reasoning_details (OpenRouter)': [
    ': OPENROUTER PROCESSING\n\n',
    ...fragments.map((reasoning) =>
      chunk({
        role: 'assistant',
        content: '',
        reasoning,
        reasoning_details: [{ type: 'reasoning.text', text: reasoning, format: 'unknown', index: 0 }],
      }),
    ),
    ...closing,
  ],
} satisfies Record<string, readonly Step[]>;

export const reasoningAnswers = {
  'reasoning_content (DeepSeek, SGLang, llama.cpp)': whole({ reasoning_content: thought }),
  'reasoning (vLLM, Ollama, Groq)': whole({ reasoning: thought }),
  'reasoning and reasoning_details (OpenRouter)': whole({
    reasoning: thought,
    reasoning_details: [{ type: 'reasoning.text', text: thought, format: 'unknown', index: 0 }],
  }),
} satisfies Record<string, Json>;

/** From upstreams that leave the thoughts in the text: tags cut between two chunks. */
export const taggedStream: readonly Step[] = [
  roleChunk,
  ...['<th', 'ink>Six ', 'times ', 'seven.</', 'think>', '\n\n'].map((content) => text(content)),
  ...closing,
];
export const taggedAnswer = whole({ content: `<think>${thought}</think>\n\n${conclusion}` });
