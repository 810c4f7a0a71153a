// Lies about tool calls, whole and in streams.
import type { Json } from '../../support/scripted-upstream.ts';
import type { Lie } from '../lying-proxy.ts';
import { answer, bytes, choice, chunks, deltas, message, put, refuses } from './telling.ts';

const call = (change: (call: Json) => unknown): Lie =>
  message((it) => void it.tool_calls?.forEach((one: Json) => void change(one)));
const saysArguments = (text: unknown): Lie => call((one) => void put(one.function, { arguments: text }));
const another = (one: Json) => ({ ...one, id: `${one.id}b`, function: { ...one.function, name: 'other' } });
const text = message((it) => {
  delete it.tool_calls;
  it.content = 'It is sunny.';
});

const fragments = (change: (fragment: Json, first: boolean) => unknown): Lie =>
  deltas((delta) => void delta.tool_calls?.forEach((one: Json) => void change(one, one.id !== undefined)));

export const toolLies: Readonly<Record<string, readonly Lie[]>> = {
  'tools.required': [text, choice((first) => void put(first, { finish_reason: 'stop' })), refuses(500)],
  'tools.call': [
    call((one) => void put(one, { id: '' })),
    call((one) => void delete one.type),
    call((one) => void put(one.function, { name: 'get_time' })),
    call((one) => void put(one, { index: 0 })),
  ],
  'tools.arguments': [
    saysArguments({ city: 'Paris', unit: 'celsius' }),
    saysArguments('"{\\"city\\":\\"Paris\\"}"'),
    saysArguments('{"city":'),
  ],
  'tools.strict': [
    saysArguments('{"city":"Berlin","unit":"celsius"}'),
    saysArguments('{"city":"Paris"}'),
    saysArguments('{"city":"Paris","unit":"celsius","day":1}'),
  ],
  'tools.content-null': [message((it) => void put(it, { content: '' }))],
  'tools.named': [call((one) => void put(one.function, { name: 'get_time' })), text],
  'tools.none': [
    message(
      (it) =>
        void put(it, {
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        }),
    ),
    message((it) => void put(it, { tool_calls: [] })),
    message((it) => void put(it, { content: null })),
  ],
  'tools.auto': [
    choice((first) => void put(first, { finish_reason: 'stop' })),
    message((it) => void put(it, { tool_calls: [] })),
    text,
  ],
  'tools.no-arguments': [saysArguments(''), saysArguments('null')],
  'tools.single': [message((it) => void it.tool_calls?.push(another(it.tool_calls[0])))],
  'tools.answered': [message((it) => void put(it, { tool_calls: [] })), refuses(500)],
  'tools.legacy': [
    message((it) => {
      it.tool_calls = [{ id: 'call_1', type: 'function', function: it.function_call }];
      delete it.function_call;
    }),
    message((it) => void put(it, { function_call: { name: 'other', arguments: '{}' } })),
    answer((body) => void put(body.choices[0].message.function_call, { arguments: {} })),
  ],
  'tool-stream.index': [
    fragments((one) => void delete one.index),
    fragments((one) => void put(one, { index: 1 })),
    deltas((delta) => void delete delta.tool_calls),
    refuses(500),
  ],
  'tool-stream.opening': [
    fragments((one) => void delete one.type),
    fragments((one) => void delete one.id),
    fragments((one) => void (one.function.name && put(one.function, { name: 'other' }))),
    fragments((one, first) => void (first && delete one.function.arguments)),
  ],
  'tool-stream.once': [
    fragments((one) => void put(one, { id: 'call_1' })),
    fragments((one) => void put(one.function, { name: 'get_weather' })),
  ],
  'tool-stream.arguments': [
    chunks((all) => all.toSpliced(2, 1)),
    fragments((one) => void (one.function.arguments && put(one.function, { arguments: '{}' }))),
    fragments((one) => void put(one.function, { arguments: '' })),
  ],
  'tool-stream.finish': [
    deltas((_, one) => void (one.finish_reason && put(one, { finish_reason: 'stop' }))),
    deltas((_, one) => void put(one, { finish_reason: null })),
    bytes(() => 'data: [DONE]\n\n'),
  ],
  'tool-stream.parallel': [
    fragments((one) => void (one.id && put(one, { id: 'call_1' }))),
    bytes(() => 'data: [DONE]\n\n'),
    refuses(500),
  ],
};
