// Tool calls in streams: fragments that clients put together. CONTRACT section 3, "Sequence".
import type { Check, CheckContext, CheckGroup } from '../check.ts';
import { choicesOf, type EventStream, readEventStream } from '../event-stream.ts';
import { equal, kind, mismatch, offered, oneOf, that } from '../expectations.ts';
import { at, isObject, list, parseJson } from '../look.ts';
import { Failed, type Mismatch, Skip } from '../outcome.ts';
import { clockTool, weather, weatherTool } from '../prompts.ts';

/** The fragments of all calls in order. Ends the check when there are none. */
function fragmentsOf(stream: EventStream): readonly unknown[] {
  const choices = choicesOf(stream);
  const fragments = choices.flatMap(({ delta }) => list(at(delta, 'tool_calls')));
  if (fragments.length > 0) return fragments;
  if (choices.some(({ choice }) => at(choice, 'finish_reason') === 'length')) {
    throw new Skip('the model was cut off before it called a tool');
  }
  throw new Failed(mismatch('delta.tool_calls', 'fragments of a call', stream.reply.text));
}

/** The fragments by their index, as clients sort them. */
function callsOf(stream: EventStream): ReadonlyMap<unknown, readonly unknown[]> {
  return Map.groupBy(fragmentsOf(stream), (fragment) => at(fragment, 'index'));
}

function cutOff(stream: EventStream): boolean {
  return choicesOf(stream).some(({ choice }) => at(choice, 'finish_reason') === 'length');
}

function onToolStream(
  id: string,
  title: string,
  contract: string,
  look: (stream: EventStream) => Mismatch[],
): Check {
  return {
    id: `tool-stream.${id}`,
    title,
    severity: 'must',
    contract,
    run: async ({ exchanges }: CheckContext) => look(await exchanges.toolStream()),
  };
}

const checks: readonly Check[] = [
  onToolStream('index', 'each fragment has the index of its call: 0, 1, …', '3, 6.1', (stream) => {
    const indices = [...callsOf(stream).keys()];
    return that(
      indices.every((index, place) => index === place),
      'tool_calls[].index',
      '0, then 1, …',
      indices,
    );
  }),
  onToolStream('opening', 'the first fragment has id, type, name and arguments ""', '3', (stream) =>
    [...callsOf(stream)].flatMap(([index, [first]]) => [
      ...kind(`call ${index}: id`, at(first, 'id'), 'a string that is not empty'),
      ...equal(`call ${index}: type`, at(first, 'type'), 'function'),
      ...equal(`call ${index}: function.name`, at(first, 'function', 'name'), 'get_weather'),
      ...kind(`call ${index}: function.arguments`, at(first, 'function', 'arguments'), 'a string'),
    ]),
  ),
  onToolStream('once', 'id and name come once, or the Python client joins them', '3', (stream) =>
    [...callsOf(stream)].flatMap(([index, [, ...later]]) => {
      const again = later.find((fragment) => at(fragment, 'id') ?? at(fragment, 'function', 'name'));
      return again === undefined ? [] : mismatch(`call ${index}: later fragments`, 'arguments only', again);
    }),
  ),
  onToolStream('arguments', 'the fragments of arguments put together are a JSON object', '3, 6.3', (stream) =>
    [...callsOf(stream)].flatMap(([index, fragments]) => {
      const text = fragments.map((fragment) => at(fragment, 'function', 'arguments') ?? '').join('');
      return that(
        isObject(parseJson(text)) || cutOff(stream),
        `call ${index}: arguments`,
        'a JSON object',
        text,
      );
    }),
  ),
  onToolStream('finish', 'finish_reason is tool_calls, once', '3, 6.2', (stream) => {
    fragmentsOf(stream);
    const reasons = choicesOf(stream)
      .map(({ choice }) => at(choice, 'finish_reason'))
      .filter((reason) => reason !== null);
    if (reasons.length !== 1) return mismatch('finish_reason', 'once', reasons);
    return oneOf('finish_reason', reasons[0], ['tool_calls', 'length']);
  }),
  {
    id: 'tool-stream.parallel',
    title: 'several calls have ids and indices of their own',
    severity: 'must',
    contract: '3, 6.1',
    async run({ server }) {
      const reply = await server.chat({
        ...weather,
        messages: [{ role: 'user', content: 'Use both tools now: the weather in Paris and the time.' }],
        tools: [weatherTool, clockTool],
        tool_choice: 'required',
        stream: true,
      });
      offered('tools', reply);
      const calls = [...callsOf(readEventStream(reply)).values()];
      if (calls.length < 2) throw new Skip('the model made one call');
      const ids = calls.map(([first]) => at(first, 'id'));
      return that(new Set(ids).size === ids.length, 'tool_calls[].id', 'each another', ids);
    },
  },
];

export const toolStreamChecks: CheckGroup = { title: 'Tools in streams', checks };
