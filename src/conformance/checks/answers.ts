// One whole answer in text, key by key: CONTRACT section 2.
import type { Check, CheckContext, CheckGroup } from '../check.ts';
import { absent, answered, equal, kind, mismatch, oneOf, present, that } from '../expectations.ts';
import { at, has, list } from '../look.ts';
import { Failed, type Mismatch } from '../outcome.ts';
import { brief, hello } from '../prompts.ts';
import { usageMismatches } from './usage.ts';

/** Unix seconds of 2015 and of 2100: what lies beyond is no time in seconds. */
const [earliest, latest] = [1_420_070_400, 4_102_444_800];
export const finishReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'];

async function answerOf({ exchanges }: CheckContext): Promise<unknown> {
  const reply = await exchanges.answer();
  answered('the answer', reply);
  if (reply.json === undefined) throw new Failed(mismatch('the answer', 'JSON', reply.text));
  return reply.json;
}

function onAnswer(
  rule: Pick<Check, 'id' | 'title' | 'severity'> & { readonly contract?: string },
  look: (answer: unknown, context: CheckContext) => Mismatch[],
): Check {
  return { contract: '2', ...rule, run: async (context) => look(await answerOf(context), context) };
}

function onChoices(
  rule: Pick<Check, 'id' | 'title' | 'severity'>,
  look: (choice: unknown, path: string, index: number) => Mismatch[],
): Check {
  return onAnswer(rule, (answer) => {
    const choices = at(answer, 'choices');
    const missing = kind('choices', choices, 'an array with elements');
    if (missing.length > 0) return missing;
    return list(choices).flatMap((choice, index) => look(choice, `choices[${index}]`, index));
  });
}

const must = 'must' as const;
const should = 'should' as const;

const checks: readonly Check[] = [
  {
    id: 'answer.json',
    title: 'status 200, content-type application/json',
    severity: must,
    contract: '2',
    async run(context) {
      await answerOf(context);
      const { headers } = await context.exchanges.answer();
      const type = headers['content-type'] ?? 'none';
      return that(/^application\/json\b/i.test(type), 'content-type', 'application/json', type);
    },
  },
  onAnswer(
    { id: 'answer.envelope', title: 'id, object, created, model, choices', severity: must },
    (answer) => [
      ...kind('id', at(answer, 'id'), 'a string that is not empty'),
      ...equal('object', at(answer, 'object'), 'chat.completion'),
      ...kind('model', at(answer, 'model'), 'a string that is not empty'),
      ...kind('choices', at(answer, 'choices'), 'an array with elements'),
    ],
  ),
  onAnswer({ id: 'answer.created', title: 'created is Unix time in seconds', severity: must }, (answer) => {
    const created = at(answer, 'created');
    const holds = Number.isInteger(created) && Number(created) > earliest && Number(created) < latest;
    return that(holds, 'created', 'whole seconds since 1970', created);
  }),
  onAnswer(
    // OpenAI answers with the dated snapshot.
    { id: 'answer.model-echo', title: 'model is the name that was asked for', severity: should },
    (answer, { server }) => equal('model', at(answer, 'model'), server.model),
  ),
  onAnswer(
    { id: 'answer.fingerprint', title: 'system_fingerprint is null or a string, never ""', severity: should },
    (answer) =>
      has(answer, 'system_fingerprint')
        ? that(
            at(answer, 'system_fingerprint') === null ||
              (typeof at(answer, 'system_fingerprint') === 'string' &&
                at(answer, 'system_fingerprint') !== ''),
            'system_fingerprint',
            'null or a string that is not empty',
            at(answer, 'system_fingerprint'),
          )
        : [],
  ),
  onChoices(
    { id: 'answer.choice', title: 'choices have index, message, finish_reason', severity: must },
    (choice, path, index) => [
      ...equal(`${path}.index`, at(choice, 'index'), index),
      ...kind(`${path}.message`, at(choice, 'message'), 'an object'),
      ...oneOf(`${path}.finish_reason`, at(choice, 'finish_reason'), finishReasons),
    ],
  ),
  onChoices(
    // In OpenAI's specification, though its own answers leave it out.
    { id: 'answer.logprobs-key', title: 'choices have logprobs, null when not asked for', severity: should },
    (choice, path) => [
      ...present(path, choice, 'logprobs'),
      ...oneOf(`${path}.logprobs`, at(choice, 'logprobs'), [null, undefined]),
    ],
  ),
  onChoices(
    { id: 'answer.message', title: 'messages have role assistant, content, refusal', severity: must },
    (choice, path) => {
      const message = at(choice, 'message');
      return [
        ...equal(`${path}.message.role`, at(message, 'role'), 'assistant'),
        ...kind(`${path}.message.content`, at(message, 'content'), 'a string or null'),
        ...kind(`${path}.message.refusal`, at(message, 'refusal'), 'a string or null'),
      ];
    },
  ),
  onChoices(
    { id: 'answer.annotations', title: 'messages have annotations, an array', severity: should },
    (choice, path) => kind(`${path}.message.annotations`, at(choice, 'message', 'annotations'), 'an array'),
  ),
  onChoices(
    { id: 'answer.no-tool-calls', title: 'no tool_calls key where no tool was called', severity: must },
    (choice, path) => [
      ...absent(`${path}.message`, at(choice, 'message'), 'tool_calls'),
      ...absent(`${path}.message`, at(choice, 'message'), 'function_call'),
    ],
  ),
  onAnswer(
    { id: 'answer.usage', title: 'usage: whole numbers, total is their sum', severity: must },
    (answer) => usageMismatches(at(answer, 'usage')),
  ),
  onAnswer(
    { id: 'answer.usage-details', title: 'usage tells cached and reasoning tokens', severity: should },
    (answer) => [
      ...kind(
        'usage.prompt_tokens_details.cached_tokens',
        at(answer, 'usage', 'prompt_tokens_details', 'cached_tokens'),
        'a whole number, 0 or more',
      ),
      ...kind(
        'usage.completion_tokens_details.reasoning_tokens',
        at(answer, 'usage', 'completion_tokens_details', 'reasoning_tokens'),
        'a whole number, 0 or more',
      ),
    ],
  ),
  {
    id: 'answer.length',
    title: 'max_completion_tokens is kept, and finish_reason is length',
    severity: must,
    contract: '1, 6.15',
    async run({ server }) {
      const reply = await server.chat({ ...hello, max_completion_tokens: 2 });
      answered('max_completion_tokens: 2', reply);
      const used = at(reply.json, 'usage', 'completion_tokens');
      return [
        ...equal('choices[0].finish_reason', at(reply.json, 'choices', 0, 'finish_reason'), 'length'),
        ...that(Number(used) <= 2, 'usage.completion_tokens', '2 or less', used),
      ];
    },
  },
  {
    id: 'answer.stop',
    title: 'stop sequences end the answer and are no part of it',
    severity: must,
    contract: '1, 6.15',
    async run({ server }) {
      const mismatches: Mismatch[] = [];
      // Hardly a sentence of greeting is without these letters.
      for (const stop of ['e', ['o', 'e', 'never said']]) {
        const reply = await server.chat({ ...hello, stop });
        answered(`stop: ${JSON.stringify(stop)}`, reply);
        const content = at(reply.json, 'choices', 0, 'message', 'content');
        for (const sequence of [stop].flat()) {
          mismatches.push(
            ...that(!String(content).includes(sequence), 'content', `a text without "${sequence}"`, content),
          );
        }
      }
      return mismatches;
    },
  },
  {
    id: 'answer.id-unique',
    title: 'each answer has an id of its own',
    severity: must,
    contract: '2',
    async run(context) {
      const first = at(await answerOf(context), 'id');
      const reply = await context.server.chat(brief);
      answered('a second request', reply);
      return that(at(reply.json, 'id') !== first, 'id', 'another one than before', first);
    },
  },
];

export const answerChecks: CheckGroup = { title: 'Answers', checks };
