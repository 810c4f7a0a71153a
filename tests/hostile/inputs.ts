// The inputs of a fuzz run: number n of a seed is always the same input, so a failure is repeated by its number alone.
import { chatRequest } from './chat-requests.ts';
import { type HeadInput, headInput } from './heads.ts';
import { writeTree } from './json-tree.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateTree } from './mutate-tree.ts';
import { createRandom, markOf, type Random } from './random.ts';
import type { RawAnswer } from './raw-upstream.ts';
import { upstreamAnswer } from './upstream-answers.ts';

/**
 * `body`: JSON of any shape. `bytes`: a good body with damaged bytes. `head`: damaged HTTP. `answer`: a good request
 * to an upstream whose answer is damaged.
 */
export type Family = 'body' | 'bytes' | 'head' | 'answer';
export const families: readonly Family[] = ['body', 'bytes', 'head', 'answer'];

export interface Input {
  readonly number: number;
  readonly family: Family;
  readonly mark: string;
  /** Of a `head` input: the body inside. */
  readonly body: Buffer;
  readonly head?: HeadInput;
  readonly answer?: RawAnswer;
}

/** Which family a number belongs to when all are run: more of those where more has gone wrong. */
const wheel: readonly Family[] = [
  'body',
  'answer',
  'bytes',
  'answer',
  'body',
  'answer',
  'head',
  'body',
  'answer',
  'bytes',
];

export function inputOf(seed: number, number: number, key: string, only?: Family): Input {
  const family = only ?? (wheel[number % wheel.length] as Family);
  const random = createRandom(seed, number);
  const mark = markOf(seed, number);
  const base = { number, family, mark };
  switch (family) {
    case 'body':
      return { ...base, body: structuredBody(random, mark) };
    case 'bytes':
      return { ...base, body: mutateBytes(Buffer.from(writeTree(chatRequest(random, mark))), random) };
    case 'head': {
      const body = JSON.stringify({
        model: 'test-model',
        messages: [{ role: 'user', content: 'x' }],
        user: mark,
      });
      return { ...base, body: Buffer.from(body), head: headInput(random, key, body) };
    }
    case 'answer': {
      const stream = random.chance(0.7);
      return {
        ...base,
        body: Buffer.from(askLiar(random, mark, stream)),
        answer: upstreamAnswer(random, stream),
      };
    }
  }
}

function structuredBody(random: Random, mark: string): Buffer {
  const request = chatRequest(random, mark);
  for (let left = random.below(5); left > 0; left--)
    if (request.members.length > 0) mutateTree(request, random);
  const text = writeTree(request, random);
  return Buffer.from(random.chance(0.03) ? random.pick(wrappings)(text) : text);
}

const wrappings: readonly ((text: string) => string)[] = [
  (text) => `\uFEFF${text}`,
  (text) => `// hello\n${text}`,
  (text) => `${text}${text}`,
  (text) => `${text}\0`,
  (text) => `[${text}]`,
  (text) => JSON.stringify(text),
  (text) => text.replace(/}$/, ',}'),
  (text) => ` \n\t${text}\r\n `,
];

function askLiar(random: Random, mark: string, stream: boolean): string {
  const request: Record<string, unknown> = {
    model: 'liar-model',
    messages: [{ role: 'user', content: 'Say hello.' }],
    user: mark,
  };
  if (stream) request.stream = true;
  if (stream && random.chance(0.5)) request.stream_options = { include_usage: true };
  if (random.chance(0.3)) request.n = 2;
  if (random.chance(0.2)) request.max_tokens = 10;
  return JSON.stringify(request);
}
