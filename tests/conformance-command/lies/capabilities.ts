// Lies about formats, reasoning, several choices and probabilities.
import type { Json } from '../../support/scripted-upstream.ts';
import type { Lie } from '../lying-proxy.ts';
import { accepts, answer, bytes, choice, chunks, deltas, error, message, put, refuses } from './telling.ts';

const says = (content: unknown): Lie => message((it) => void put(it, { content: content }));
const streams = (text: string): Lie =>
  chunks((all) => [
    all[0],
    { ...all[0], choices: [{ index: 0, delta: { content: text }, finish_reason: null }] },
    all.at(-1),
  ]);
const logprob = (change: (entry: Json) => unknown): Lie =>
  choice((first) => void first.logprobs?.content?.forEach((entry: Json) => void change(entry)));

export const capabilityLies: Readonly<Record<string, readonly Lie[]>> = {
  'format.text': [refuses(400)],
  'format.json-object': [says('Here you are: {}'), says('[]'), says(''), refuses(500)],
  'format.json-schema': [says('{"city":"Berlin","sunny":true}'), says('{"city":"Paris"}'), says('Paris')],
  'format.json-schema-stream': [streams('{"city":"Paris","sunny":"yes"}'), streams(''), refuses(500)],
  'format.bad-schema': [accepts, error((it) => void put(it, { param: 'messages' }))],
  'reasoning.field': [
    message((it) => {
      it.reasoning = it.reasoning_content;
      delete it.reasoning_content;
    }),
    message((it) => void put(it, { reasoning_content: null })),
    refuses(500),
  ],
  'reasoning.apart': [says('<think>Nine tenths</think>9.9'), streams('</think>9.9')],
  'reasoning.counted': [
    answer((body) => void put(body.usage.completion_tokens_details, { reasoning_tokens: 0 })),
    answer((body) => void put(body.usage.completion_tokens_details, { reasoning_tokens: 1000 })),
    answer((body) => void delete body.usage.completion_tokens_details),
  ],
  'reasoning.stream-order': [
    chunks((all) => {
      const thought = all.filter(({ choices }) => choices[0]?.delta.reasoning_content);
      return [...all.filter((chunk) => !thought.includes(chunk)).slice(0, -1), ...thought, all.at(-1)];
    }),
  ],
  'reasoning.history': [refuses(400)],
  'n.choices': [
    answer((body) => void body.choices.pop()),
    answer((body) => void body.choices.reverse()),
    answer((body) => void put(body.choices[1].message, { role: 'model' })),
    answer((body) => void put(body.choices[1], { finish_reason: null })),
    answer((body) => void body.usage.total_tokens++),
  ],
  'n.stream-order': [
    chunks((all) => all.toReversed()),
    chunks((all) => all.filter(({ choices }) => choices[0]?.index === 0)),
  ],
  'n.stream-each': [
    deltas((delta) => void put(delta, { role: 'assistant' })),
    deltas((_, one) => void (one.index === 1 && Object.assign(one, { finish_reason: null }))),
  ],
  'logprobs.content': [
    choice((first) => void put(first, { logprobs: null })),
    logprob((entry) => void delete entry.token),
    logprob((entry) => void put(entry, { logprob: 0.1 })),
    logprob((entry) => void put(entry, { logprob: null })),
    logprob((entry) => void put(entry, { bytes: [256] })),
    logprob((entry) => void delete entry.bytes),
    refuses(500),
  ],
  'logprobs.text': [choice((first) => void first.logprobs?.content.shift())],
  'logprobs.top': [
    logprob((entry) => void put(entry, { top_logprobs: [] })),
    logprob((entry) => void entry.top_logprobs.push(entry.top_logprobs[2])),
    logprob((entry) => void entry.top_logprobs.reverse()),
    logprob((entry) => void delete entry.top_logprobs[0].token),
    choice((first) => void put(first, { logprobs: { content: [], refusal: null } })),
  ],
  'logprobs.stream': [
    deltas((_, one) => void delete one.logprobs),
    deltas((_, one) => void (one.logprobs && Object.assign(one.logprobs.content[0], { logprob: 1 }))),
    bytes(() => 'data: [DONE]\n\n'),
  ],
};
