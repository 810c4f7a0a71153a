// The cells about answers: plain, streamed in every shape, with thoughts, with two choices, with usage.
import { type Script, stream, whole } from '../../support/scripted-upstream.ts';
import { choiceAnswers, choiceStreams, twoTexts } from '../../support/scripts/choices.ts';
import {
  conclusion,
  reasoningAnswers,
  reasoningStreams,
  taggedAnswer,
  taggedStream,
  thought,
} from '../../support/scripts/reasoning.ts';
import { streamedText, textStreams } from '../../support/scripts/text-streams.ts';
import { countedText, reportedUsage, usageAnswers, usageStreams } from '../../support/scripts/usage.ts';
import type { Play } from './cells.ts';
import type { Ask, Seen, Usage, Way } from './client.ts';
import { anyRequestId, body, row, shown, streamed } from './expected.ts';

const standard: Usage = { input: 10, output: 5, total: 15 };

/** An exchange that goes well: one request, one answer. */
function play(name: string, way: Way, ask: Ask, script: Script, answered: Seen, usage = standard): Play {
  const streams = way !== 'whole';
  return {
    name,
    way,
    ask,
    scripts: [script],
    sent: [body(ask, streams ? streamed : {})],
    seen: {
      finish: 'stop',
      role: 'assistant',
      model: ask.model,
      requestId: anyRequestId,
      ...(!streams || ask.usage ? { usage: shown(usage) } : {}),
      ...answered,
    },
    rows: [row(ask, usage, { stream: streams, usage: rowUsage(usage) })],
  };
}

function rowUsage({ input, output, cached, reasoning }: Usage) {
  return {
    input,
    output,
    ...(cached === undefined ? {} : { cachedInput: cached }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

/** One play for each named answer or stream. */
function each<T>(named: Readonly<Record<string, T>>, toPlay: (name: string, value: T) => Play): Play[] {
  return Object.entries(named).map(([name, value]) => toPlay(name, value));
}

const greeting: Ask = { model: 'cluster-model', system: 'Be brief.', prompt: 'Say hello.', maxTokens: 64 };
const toOpenAI: Ask = { ...greeting, model: 'gpt-5.1' };
const hello: Seen = { text: 'Hello, world!' };

const textPlays = (way: Way, ask: Ask): Play[] =>
  each(textStreams, (name, steps) => play(name, way, ask, stream(steps), { text: streamedText }));

const thinks: Ask = { model: 'cluster-model', prompt: 'What is six times seven?' };
const thinksAloud: Ask = { ...thinks, model: 'thinking-model' };
const thinking: Usage = { input: 10, output: 25, total: 35, reasoning: 20 };
const reasoned: Seen = { text: conclusion, reasoning: thought };

const twoChoices: Ask = { model: 'cluster-model', prompt: 'Name a colour and a thing.', n: 2 };
const both: Seen = {
  text: twoTexts[0],
  texts: twoTexts,
  finish: 'stop',
  finishes: ['stop', 'stop'],
};

const counts: Ask = { model: 'cluster-model', prompt: 'Say hello.', usage: true };
const reported: Usage = {
  input: reportedUsage.prompt_tokens,
  output: reportedUsage.completion_tokens,
  total: reportedUsage.total_tokens,
  cached: 60,
  reasoning: 20,
};

export const answerCells = {
  plain: [
    play('from OpenAI', 'whole', toOpenAI, whole(), hello),
    play('from a cluster', 'whole', { ...greeting, temperature: 0.2 }, whole(), hello),
  ],
  stream: [
    play('from OpenAI', 'stream', toOpenAI, stream(textStreams['as OpenAI writes it']), {
      text: streamedText,
    }),
    ...textPlays('stream', { ...greeting, temperature: 0.2 }),
  ],
  'stream helper': [
    play('from OpenAI', 'helper', toOpenAI, stream(textStreams['as OpenAI writes it']), {
      text: streamedText,
    }),
    ...textPlays('helper', { ...greeting, usage: true }),
  ],
  reasoning: [
    play('tags in the text', 'whole', thinksAloud, whole(taggedAnswer), reasoned, thinking),
    play('tags in the text', 'stream', thinksAloud, stream(taggedStream), reasoned, thinking),
    ...each(reasoningAnswers, (name, answer) =>
      play(name, 'whole', thinks, whole(answer), reasoned, thinking),
    ),
    ...(['stream', 'helper'] as const).flatMap((way) =>
      each(reasoningStreams, (name, steps) => play(name, way, thinks, stream(steps), reasoned, thinking)),
    ),
  ],
  'n=2': [
    ...each(choiceAnswers, (name, answer) => play(name, 'whole', twoChoices, whole(answer), both)),
    ...each(choiceStreams, (name, steps) => play(name, 'stream', twoChoices, stream(steps), both)),
    ...each(choiceStreams, (name, steps) => play(name, 'helper', twoChoices, stream(steps), both)),
  ],
  usage: [
    ...each(usageAnswers, (name, answer) =>
      play(name, 'whole', counts, whole(answer), { text: countedText }, reported),
    ),
    ...(['stream', 'helper'] as const).flatMap((way) =>
      each(usageStreams, (name, steps) =>
        play(name, way, counts, stream(steps), { text: countedText }, reported),
      ),
    ),
  ],
};
