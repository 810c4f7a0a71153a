// Two calls of one tool in every shape that upstreams are known to write them in. CONTRACT section 6, details 1 to 4.
import type { Json } from '../scripted-upstream.ts';
import { choice, chunk, completion, done, finish, type Step, usageChunk } from './pieces.ts';

/** What every script here calls, as OpenAI's clients are to see it. */
export const twoCalls = [
  { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
  { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
] as const;
const [rome, oslo] = twoCalls;

const opening = chunk({ role: 'assistant', content: null });
const closing = (reason = 'tool_calls') => [finish(reason), usageChunk(), done];
const calls = (...entries: Json[]) => chunk({ tool_calls: entries });
const begin = (call: Json, members: Json = {}) => ({
  index: 0,
  id: call.id,
  type: 'function',
  function: { name: call.function.name, arguments: '' },
  ...members,
});
const input = (index: number | undefined, text: string, members: Json = {}) => ({
  ...(index === undefined ? {} : { index }),
  function: { arguments: text },
  ...members,
});
const entire = (call: Json, members: Json = {}) => ({ index: 0, ...call, ...members });

export const streamedCalls = {
  'as OpenAI writes them': [
    opening,
    calls(begin(rome)),
    calls(input(0, '{"city":')),
    calls(input(0, '"Rome"}')),
    calls(begin(oslo, { index: 1 })),
    calls(input(1, '{"ci')),
    calls(input(1, 'ty":"Oslo"}')),
    ...closing(),
  ],
  'both in one chunk': [opening, calls(entire(rome), entire(oslo, { index: 1 })), ...closing()],
  'fragments of both in turn': [
    opening,
    calls(begin(rome)),
    calls(begin(oslo, { index: 1 })),
    calls(input(0, '{"city":'), input(1, '{"city":')),
    calls(input(1, '"Oslo"}')),
    calls(input(0, '"Rome"}')),
    ...closing(),
  ],
  'all with index 0 (Ollama)': [opening, calls(entire(rome)), calls(entire(oslo)), ...closing()],
  'all with index 0, in one chunk': [opening, calls(entire(rome), entire(oslo)), ...closing()],
  'without index': [opening, calls({ ...rome }), calls({ ...oslo }), ...closing()],
  'index counted from 1': [
    opening,
    calls(entire(rome, { index: 1 })),
    calls(entire(oslo, { index: 2 })),
    ...closing(),
  ],
  'id and name repeated on every fragment': [
    opening,
    calls(begin(rome)),
    calls({ ...begin(rome), function: { name: 'weather', arguments: '{"city":' } }),
    calls({ ...begin(rome), function: { name: 'weather', arguments: '"Rome"}' } }),
    calls(entire(oslo, { index: 1 })),
    ...closing(),
  ],
  'the role on every chunk': [
    chunk({ role: 'assistant', tool_calls: [entire(rome)] }),
    chunk({ role: 'assistant', tool_calls: [entire(oslo, { index: 1 })] }),
    ...closing(),
  ],
  'finish reason `stop`': [
    opening,
    calls(entire(rome)),
    calls(entire(oslo, { index: 1 })),
    ...closing('stop'),
  ],
  'arguments as an object': [
    opening,
    calls(entire({ ...rome, function: { name: 'weather', arguments: { city: 'Rome' } } })),
    calls(entire({ ...oslo, function: { name: 'weather', arguments: { city: 'Oslo' } } }, { index: 1 })),
    ...closing(),
  ],
  'without a type': [
    opening,
    calls({ index: 0, id: rome.id, function: rome.function }),
    calls({ index: 1, id: oslo.id, function: oslo.function }),
    ...closing(),
  ],
} satisfies Record<string, readonly Step[]>;

const answer = (tool_calls: Json, finish_reason = 'tool_calls', message: Json = {}): Json =>
  completion({ choices: [choice({ message: { content: null, tool_calls, ...message }, finish_reason })] });

export const wholeCalls = {
  'as OpenAI writes them': answer(twoCalls),
  'finish reason `stop`': answer(twoCalls, 'stop'),
  'arguments as an object': answer([
    { ...rome, function: { name: 'weather', arguments: { city: 'Rome' } } },
    { ...oslo, function: { name: 'weather', arguments: { city: 'Oslo' } } },
  ]),
  'with an index, as in a stream': answer([entire(rome), entire(oslo, { index: 1 })]),
  'without a type': answer(twoCalls.map(({ type: _, ...call }) => call)),
} satisfies Record<string, Json>;

/** The first call alone: a whole answer and a stream. */
export const wholeCall = answer([rome]);
export const streamedCall: readonly Step[] = [
  opening,
  calls(begin(rome)),
  calls(input(0, '{"city":')),
  calls(input(0, '"Rome"}')),
  ...closing(),
];
