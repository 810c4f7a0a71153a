// Several choices, and the probabilities of tokens: CONTRACT sections 1 to 3.
import type { Check, CheckGroup } from '../check.ts';
import { choicesOf, chunksOf, readEventStream } from '../event-stream.ts';
import { equal, kind, mismatch, offered, oneOf, that } from '../expectations.ts';
import { at, isObject, list } from '../look.ts';
import type { Mismatch } from '../outcome.ts';
import { hello } from '../prompts.ts';
import { finishReasons } from './answers.ts';
import { usageMismatches } from './usage.ts';

const choiceChecks: readonly Check[] = [
  {
    id: 'n.choices',
    title: 'n: as many choices, in order of their index',
    severity: 'must',
    contract: '1, 6.15',
    async run({ exchanges }) {
      const { json } = await exchanges.twoChoices();
      const choices = list(at(json, 'choices'));
      return [
        ...equal('number of choices', choices.length, 2),
        ...choices.flatMap((choice, index) => [
          ...equal(`choices[${index}].index`, at(choice, 'index'), index),
          ...equal(`choices[${index}].message.role`, at(choice, 'message', 'role'), 'assistant'),
          ...oneOf(`choices[${index}].finish_reason`, at(choice, 'finish_reason'), finishReasons),
        ]),
        ...usageMismatches(at(json, 'usage')),
      ];
    },
  },
  {
    id: 'n.stream-order',
    title: 'in a stream choice 0 opens first, or the Python client fails',
    severity: 'must',
    contract: '3',
    async run({ exchanges }) {
      const stream = await exchanges.twoChoicesStream();
      const seen = chunksOf(stream).flatMap((chunk) =>
        list(chunk.choices).map((choice) => at(choice, 'index')),
      );
      const order = [...new Set(seen)];
      return that(
        order.length === 2 && order[0] === 0 && order[1] === 1,
        'choices[].index',
        '0, then 1',
        order,
      );
    },
  },
  {
    id: 'n.stream-each',
    title: 'in a stream each choice has one role and one finish_reason',
    severity: 'must',
    contract: '3',
    async run({ exchanges }) {
      const stream = await exchanges.twoChoicesStream();
      return [0, 1].flatMap((index) => {
        const choices = choicesOf(stream, index);
        const roles = choices.filter(({ delta }) => at(delta, 'role')).length;
        const finishes = choices.filter(({ choice }) => at(choice, 'finish_reason')).length;
        return [
          ...equal(`choice ${index}: roles`, roles, 1),
          ...equal(`choice ${index}: finish reasons`, finishes, 1),
        ];
      });
    },
  },
];

function tokenMismatches(entry: unknown, path: string): Mismatch[] {
  const logprob = at(entry, 'logprob');
  const bytes = at(entry, 'bytes');
  const octets =
    Array.isArray(bytes) && bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  return [
    ...kind(`${path}.token`, at(entry, 'token'), 'a string'),
    ...that(typeof logprob === 'number' && logprob <= 0, `${path}.logprob`, 'a number, 0 or less', logprob),
    ...that(bytes === null || octets, `${path}.bytes`, 'an array of bytes, or null', bytes),
  ];
}

const logprobChecks: readonly Check[] = [
  {
    id: 'logprobs.content',
    title: 'logprobs: token, logprob and bytes for each token of the content',
    severity: 'must',
    contract: '2',
    async run({ exchanges }) {
      const { json } = await exchanges.logprobs();
      const entries = at(json, 'choices', 0, 'logprobs', 'content');
      const missing = kind('logprobs.content', entries, 'an array with elements');
      return missing.length > 0
        ? missing
        : list(entries)
            .flatMap((entry, place) => tokenMismatches(entry, `logprobs.content[${place}]`))
            .slice(0, 3);
    },
  },
  {
    id: 'logprobs.text',
    title: 'logprobs: the tokens put together are the content',
    severity: 'should',
    contract: '2',
    async run({ exchanges }) {
      const choice = at((await exchanges.logprobs()).json, 'choices', 0);
      const entries = list(at(choice, 'logprobs', 'content'));
      const bytes = entries.flatMap((entry) => {
        const own = at(entry, 'bytes');
        return Array.isArray(own) ? (own as number[]) : [...Buffer.from(String(at(entry, 'token')))];
      });
      const content = at(choice, 'message', 'content');
      const text = Buffer.from(bytes).toString();
      // Spaces at the ends may belong to the model's template and not to the answer.
      return that(text.trim() === String(content).trim(), 'the tokens', String(content), text);
    },
  },
  {
    id: 'logprobs.top',
    title: 'top_logprobs: at most as many as asked for, the likeliest first',
    severity: 'must',
    contract: '1, 2',
    async run({ exchanges }) {
      const entries = list(at((await exchanges.logprobs()).json, 'choices', 0, 'logprobs', 'content'));
      if (entries.length === 0) return mismatch('logprobs.content', 'entries', entries);
      for (const [place, entry] of entries.entries()) {
        const path = `logprobs.content[${place}].top_logprobs`;
        const top = list(at(entry, 'top_logprobs'));
        const values = top.map((alternative) => Number(at(alternative, 'logprob')));
        const wrong = [
          ...that(top.length >= 1 && top.length <= 3, path, 'one to three', `${top.length}`),
          ...that(
            values.every((value, rank) => rank === 0 || value <= Number(values[rank - 1])),
            path,
            'the likeliest first',
            values,
          ),
          ...top.flatMap((alternative, rank) => tokenMismatches(alternative, `${path}[${rank}]`)),
        ];
        if (wrong.length > 0) return wrong;
      }
      return [];
    },
  },
  {
    id: 'logprobs.stream',
    title: 'logprobs in a stream come with the chunks of the text',
    severity: 'must',
    contract: '2, 3',
    async run({ server }) {
      const reply = await server.chat({ ...hello, logprobs: true, stream: true });
      offered('logprobs', reply);
      const entries = choicesOf(readEventStream(reply)).flatMap(({ choice }) => {
        const logprobs = at(choice, 'logprobs');
        return isObject(logprobs) ? list(logprobs.content) : [];
      });
      if (entries.length === 0) return mismatch('logprobs.content', 'entries in the chunks', 'none');
      return entries.flatMap((entry, place) => tokenMismatches(entry, `entry ${place}`)).slice(0, 3);
    },
  },
];

export const severalChoiceChecks: CheckGroup = { title: 'Several choices', checks: choiceChecks };
export const logprobsChecks: CheckGroup = { title: 'Log probabilities', checks: logprobChecks };
