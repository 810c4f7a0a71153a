// What stands in the chunks of a text stream, and in which order: CONTRACT section 3, "Sequence".
import type { Check, CheckContext, CheckGroup, Severity } from '../check.ts';
import { choicesOf, chunksOf, type EventStream, joined } from '../event-stream.ts';
import { absent, equal, kind, mismatch, oneOf, present, that } from '../expectations.ts';
import { at, has, list } from '../look.ts';
import type { Mismatch } from '../outcome.ts';
import { finishReasons } from './answers.ts';
import { usageMismatches } from './usage.ts';

interface Rule {
  readonly id: string;
  readonly title: string;
  /** `must` when left out. */
  readonly severity?: Severity;
  /** `3` when left out. */
  readonly contract?: string;
  /** The plain stream when left out. */
  readonly of?: 'stream' | 'usageStream';
  readonly look: (stream: EventStream, context: CheckContext) => Mismatch[];
}

const rules: readonly Rule[] = [
  {
    id: 'chunk-object',
    title: 'chunks have object chat.completion.chunk and created in seconds',
    look: (stream) =>
      firstOf(chunksOf(stream), (chunk, place) => [
        ...equal(`chunk ${place}: object`, chunk.object, 'chat.completion.chunk'),
        ...kind(`chunk ${place}: created`, chunk.created, 'a whole number, 0 or more'),
        ...that(Number(chunk.created) < 4_102_444_800, `chunk ${place}: created`, 'seconds', chunk.created),
      ]),
  },
  {
    id: 'stable-id',
    title: 'id, created and model are the same in all chunks',
    contract: '3, 6.20',
    look: (stream) => {
      const [first, ...others] = chunksOf(stream);
      return [
        ...kind('id', first?.id, 'a string that is not empty'),
        ...kind('model', first?.model, 'a string that is not empty'),
        ...firstOf(others, (chunk, place) =>
          ['id', 'created', 'model'].flatMap((name) =>
            equal(`chunk ${place + 1}: ${name}`, chunk[name], first?.[name]),
          ),
        ),
      ];
    },
  },
  {
    id: 'model-echo',
    title: 'model is the name that was asked for',
    severity: 'should',
    contract: '2, 3',
    look: (stream, { server }) => equal('chunk 0: model', at(chunksOf(stream)[0], 'model'), server.model),
  },
  {
    id: 'role-first',
    title: 'the first chunk has the role assistant and no text yet',
    look: (stream) => {
      const delta = choicesOf(stream)[0]?.delta;
      return [
        ...equal('chunk 0: delta.role', at(delta, 'role'), 'assistant'),
        ...oneOf('chunk 0: delta.content', at(delta, 'content'), ['', null, undefined]),
      ];
    },
  },
  {
    id: 'opening',
    title: 'the first chunk has content "" and refusal null',
    severity: 'should',
    look: (stream) => {
      const delta = choicesOf(stream)[0]?.delta;
      return [
        ...equal('chunk 0: delta.content', at(delta, 'content'), ''),
        ...equal('chunk 0: delta.refusal', at(delta, 'refusal'), null),
      ];
    },
  },
  {
    id: 'role-once',
    title: 'the role comes once, or the Python client joins it to "assistantassistant"',
    contract: '3, 6.20',
    look: (stream) => {
      const roles = choicesOf(stream).filter(({ delta }) => at(delta, 'role'));
      return that(roles.length === 1, 'delta.role', 'in one chunk', `in ${roles.length} chunks`);
    },
  },
  {
    id: 'choice',
    title: 'choices have index, delta and finish_reason',
    look: (stream) =>
      firstOf(
        chunksOf(stream).flatMap((chunk) => list(chunk.choices)),
        (choice, place) => [
          ...kind(`choice ${place}: index`, at(choice, 'index'), 'a whole number, 0 or more'),
          ...kind(`choice ${place}: delta`, at(choice, 'delta'), 'an object'),
          ...present(`choice ${place}`, choice, 'finish_reason'),
        ],
      ),
  },
  {
    id: 'delta-content',
    title: 'text comes as strings, more than one for a sentence',
    look: (stream) => {
      const pieces = choicesOf(stream).flatMap(({ delta }) =>
        has(delta, 'content') ? [at(delta, 'content')] : [],
      );
      return [
        ...firstOf(pieces, (piece, place) => kind(`content ${place}`, piece, 'a string or null')),
        ...that(
          pieces.filter((piece) => piece).length > 1,
          'delta.content',
          'several pieces of text',
          joined(stream, 'content'),
        ),
      ];
    },
  },
  {
    id: 'no-tool-calls',
    title: 'no tool_calls key in the deltas of a text',
    contract: '3, 6.4',
    look: (stream) =>
      firstOf(choicesOf(stream), ({ delta }, place) => absent(`delta ${place}`, delta, 'tool_calls')),
  },
  {
    id: 'finish-once',
    title: 'one chunk has a finish_reason, one of five; all others have null',
    look: (stream) => {
      const reasons = choicesOf(stream).map(({ choice }) => at(choice, 'finish_reason'));
      const given = reasons.filter((reason) => reason !== null);
      if (given.length !== 1) return mismatch('finish_reason', 'in one chunk, null in all others', reasons);
      return oneOf('finish_reason', given[0], finishReasons);
    },
  },
  {
    id: 'finish-last',
    title: 'the finish chunk has an empty delta and is the last of its choice',
    look: (stream) => {
      const choices = choicesOf(stream);
      const finish = choices.findIndex(({ choice }) => at(choice, 'finish_reason'));
      return [
        ...that(
          finish === choices.length - 1,
          'finish_reason',
          'in the last chunk',
          `in ${finish + 1} of ${choices.length}`,
        ),
        ...oneOf('its delta.content', at(choices[finish]?.delta, 'content'), [undefined, null, '']),
      ];
    },
  },
  {
    id: 'usage-unasked',
    title: 'no usage key where it was not asked for',
    contract: '3, 6.5',
    look: (stream) => firstOf(chunksOf(stream), (chunk, place) => absent(`chunk ${place}`, chunk, 'usage')),
  },
  {
    id: 'usage-last',
    title: 'include_usage: the last chunk has usage and no choices',
    contract: '3, 6.5',
    of: 'usageStream',
    look: (stream) => {
      const last = chunksOf(stream).at(-1);
      return [
        ...that(list(last?.choices).length === 0, 'the last chunk: choices', '[]', last?.choices),
        ...kind('the last chunk: usage', last?.usage, 'an object'),
      ];
    },
  },
  {
    id: 'usage-null',
    title: 'include_usage: all earlier chunks have usage null',
    of: 'usageStream',
    look: (stream) =>
      firstOf(chunksOf(stream).slice(0, -1), (chunk, place) =>
        equal(`chunk ${place}: usage`, chunk.usage, null),
      ),
  },
  {
    id: 'usage-sum',
    title: 'include_usage: whole numbers, total is their sum',
    contract: '2, 3',
    of: 'usageStream',
    look: (stream) =>
      usageMismatches(
        chunksOf(stream)
          .map((chunk) => chunk.usage)
          .find((usage) => usage),
      ),
  },
];

/** The first that is wrong speaks for the rest: a fault in every chunk is one fault. */
function firstOf<T>(values: readonly T[], look: (value: T, place: number) => Mismatch[]): Mismatch[] {
  for (const [place, value] of values.entries()) {
    const mismatches = look(value, place);
    if (mismatches.length > 0) return mismatches;
  }
  return [];
}

function toCheck({ id, title, severity = 'must', contract = '3', of = 'stream', look }: Rule): Check {
  return {
    id: `stream.${id}`,
    title,
    severity,
    contract,
    run: async (context) => look(await context.exchanges[of](), context),
  };
}

export const streamChunkChecks: CheckGroup = { title: 'Streams, chunks', checks: rules.map(toCheck) };
