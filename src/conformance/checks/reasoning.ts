// Thinking that is told apart from the answer: CONTRACT section 2, "Reasoning field dialects", and section 3.
import type { Check, CheckGroup } from '../check.ts';
import { choicesOf, joined } from '../event-stream.ts';
import { answered, kind, mismatch, that } from '../expectations.ts';
import { at } from '../look.ts';
import { Skip } from '../outcome.ts';
import { brief } from '../prompts.ts';

const silent = 'the model showed no thinking';

const checks: readonly Check[] = [
  {
    id: 'reasoning.field',
    title: 'thinking is reasoning_content, a string beside content',
    severity: 'must',
    contract: '2',
    async run({ exchanges }) {
      const message = at((await exchanges.thinking()).json, 'choices', 0, 'message');
      const elsewhere = at(message, 'reasoning') ?? at(message, 'reasoning_details');
      const thinking = at(message, 'reasoning_content');
      if (thinking === undefined && elsewhere === undefined) throw new Skip(silent);
      return kind('message.reasoning_content', thinking, 'a string');
    },
  },
  {
    id: 'reasoning.apart',
    title: 'no <think> tags in the content',
    severity: 'must',
    contract: '6.13',
    async run({ exchanges }) {
      const whole = at((await exchanges.thinking()).json, 'choices', 0, 'message', 'content');
      const streamed = joined(await exchanges.thinkingStream(), 'content');
      return [whole, streamed].flatMap((content) =>
        that(!/<\/?think>/.test(String(content)), 'content', 'the answer alone', content),
      );
    },
  },
  {
    id: 'reasoning.counted',
    title: 'thinking is counted in reasoning_tokens, within completion_tokens',
    severity: 'should',
    contract: '2, 6.16',
    async run({ exchanges }) {
      const { json } = await exchanges.thinking();
      if (!at(json, 'choices', 0, 'message', 'reasoning_content')) throw new Skip(silent);
      const reasoning = at(json, 'usage', 'completion_tokens_details', 'reasoning_tokens');
      const all = at(json, 'usage', 'completion_tokens');
      const holds = Number(reasoning) > 0 && Number(reasoning) <= Number(all);
      return that(holds, 'usage…reasoning_tokens', `from 1 to ${all}`, reasoning);
    },
  },
  {
    id: 'reasoning.stream-order',
    title: 'in a stream all thinking comes before the text',
    severity: 'must',
    contract: '3',
    async run({ exchanges }) {
      const stream = await exchanges.thinkingStream();
      const deltas = choicesOf(stream).map(({ delta }) => delta);
      const text = deltas.findIndex((delta) => at(delta, 'content'));
      const lastThought = deltas.findLastIndex((delta) => at(delta, 'reasoning_content'));
      if (lastThought === -1) throw new Skip(silent);
      if (text === -1 || lastThought < text) return [];
      return mismatch('delta.reasoning_content', `before the first text (chunk ${text})`, lastThought);
    },
  },
  {
    id: 'reasoning.history',
    title: 'thinking that a client sends back with an earlier answer is taken',
    severity: 'must',
    contract: '1, 6.14',
    async run({ server }) {
      const reply = await server.chat({
        ...brief,
        messages: [
          { role: 'user', content: 'Say hello.' },
          { role: 'assistant', content: 'Hello.', reasoning_content: 'A greeting is asked for.' },
          { role: 'user', content: 'Again.' },
        ],
      });
      answered('reasoning_content in history', reply);
      return [];
    },
  },
];

export const reasoningChecks: CheckGroup = { title: 'Reasoning', checks };
