// Tool calls in whole answers: CONTRACT sections 1 and 2.
import { Ajv } from 'ajv';
import type { Check, CheckGroup } from '../check.ts';
import { absent, answered, equal, kind, mismatch, offered, oneOf, that } from '../expectations.ts';
import { at, isObject, list, parseJson } from '../look.ts';
import { Failed, type Mismatch, Skip } from '../outcome.ts';
import { brief, clockTool, legacyWeather, weather, weatherAnswered, weatherTool } from '../prompts.ts';
import type { Reply } from '../server.ts';

/** The calls of the first choice. Ends the check when there are none, skips it when the answer was cut off. */
function callsOf(reply: Reply): readonly unknown[] {
  const choice = at(reply.json, 'choices', 0);
  const calls = at(choice, 'message', 'tool_calls');
  if (Array.isArray(calls) && calls.length > 0) return calls;
  if (at(choice, 'finish_reason') === 'length')
    throw new Skip('the model was cut off before it called a tool');
  throw new Failed(mismatch('message.tool_calls', 'an array with elements', calls));
}

const whole = (reply: Reply) => at(reply.json, 'choices', 0, 'finish_reason') !== 'length';
const fits = new Ajv().compile(weatherTool.function.parameters);

/** An answer calls tools and says so, or does neither. */
function consistent(reply: Reply): Mismatch[] {
  const choice = at(reply.json, 'choices', 0);
  const calls = list(at(choice, 'message', 'tool_calls')).length;
  const reason = at(choice, 'finish_reason');
  if (calls > 0) return oneOf('finish_reason', reason, ['tool_calls', 'length']);
  return [
    ...absent('message', at(choice, 'message'), 'tool_calls'),
    ...that(reason !== 'tool_calls', 'finish_reason', 'another than tool_calls, for there are none', reason),
  ];
}

const contract = '1, 2';

const checks: readonly Check[] = [
  {
    id: 'tools.required',
    title: 'tool_choice required: a tool is called, finish_reason is tool_calls',
    severity: 'must',
    contract: '1, 6.2',
    async run({ exchanges }) {
      const reply = await exchanges.toolCall();
      callsOf(reply);
      return oneOf('finish_reason', at(reply.json, 'choices', 0, 'finish_reason'), ['tool_calls', 'length']);
    },
  },
  {
    id: 'tools.call',
    title: 'a call has id, type function, a name that was offered; no index',
    severity: 'must',
    contract: '2',
    async run({ exchanges }) {
      return callsOf(await exchanges.toolCall()).flatMap((call, place) => [
        ...kind(`tool_calls[${place}].id`, at(call, 'id'), 'a string that is not empty'),
        ...equal(`tool_calls[${place}].type`, at(call, 'type'), 'function'),
        ...equal(`tool_calls[${place}].function.name`, at(call, 'function', 'name'), 'get_weather'),
        ...absent(`tool_calls[${place}]`, call, 'index'),
      ]);
    },
  },
  {
    id: 'tools.arguments',
    title: 'arguments are a string, and that is a JSON object',
    severity: 'must',
    contract: '1, 6.3',
    async run({ exchanges }) {
      const reply = await exchanges.toolCall();
      return callsOf(reply).flatMap((call, place) => {
        const text = at(call, 'function', 'arguments');
        const holds = typeof text === 'string' && (isObject(parseJson(text)) || !whole(reply));
        return that(holds, `tool_calls[${place}].function.arguments`, 'a string of a JSON object', text);
      });
    },
  },
  {
    id: 'tools.strict',
    title: 'strict: the arguments fit the schema of the function',
    severity: 'must',
    contract: '1',
    async run({ exchanges }) {
      const reply = await exchanges.toolCall();
      const calls = callsOf(reply);
      if (!whole(reply)) throw new Skip('the model was cut off in its arguments');
      return calls.flatMap((call, place) => {
        const text = at(call, 'function', 'arguments');
        return that(fits(parseJson(text)), `tool_calls[${place}].function.arguments`, 'the schema', text);
      });
    },
  },
  {
    id: 'tools.content-null',
    title: 'content is null where there are only tool calls',
    severity: 'should',
    contract: '2',
    async run({ exchanges }) {
      const reply = await exchanges.toolCall();
      callsOf(reply);
      const content = at(reply.json, 'choices', 0, 'message', 'content');
      return that(content !== '', 'message.content', 'null, or a text', content);
    },
  },
  {
    id: 'tools.named',
    title: 'tool_choice with a name: that function is called and no other',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.chat({
        ...weather,
        tools: [clockTool, weatherTool],
        tool_choice: { type: 'function', function: { name: 'get_weather' } },
      });
      offered('a named tool_choice', reply);
      return callsOf(reply).flatMap((call, place) =>
        equal(`tool_calls[${place}].function.name`, at(call, 'function', 'name'), 'get_weather'),
      );
    },
  },
  {
    id: 'tools.none',
    title: 'tool_choice none: text, no tool_calls key',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.chat({ ...weather, max_completion_tokens: 64, tool_choice: 'none' });
      offered('tool_choice none', reply);
      const message = at(reply.json, 'choices', 0, 'message');
      return [
        ...kind('message.content', at(message, 'content'), 'a string'),
        ...absent('message', message, 'tool_calls'),
      ];
    },
  },
  {
    id: 'tools.auto',
    title: 'tool_choice auto: a call or a text, and a finish_reason that says which',
    severity: 'must',
    contract: '1, 6.2',
    async run({ server }) {
      const reply = await server.chat({ ...weather, tool_choice: 'auto' });
      offered('tools', reply);
      return consistent(reply);
    },
  },
  {
    id: 'tools.no-arguments',
    title: 'a function without parameters is called with "{}", not with ""',
    severity: 'must',
    contract: '1, 6.3',
    async run({ server }) {
      const reply = await server.chat({
        messages: [{ role: 'user', content: 'What time is it? Use the tool.' }],
        tools: [clockTool],
        tool_choice: 'required',
        max_completion_tokens: 512,
      });
      offered('tools', reply);
      const calls = callsOf(reply);
      if (!whole(reply)) throw new Skip('the model was cut off in its arguments');
      return calls.flatMap((call, place) => {
        const text = at(call, 'function', 'arguments');
        return that(isObject(parseJson(text)), `tool_calls[${place}].function.arguments`, '"{}"', text);
      });
    },
  },
  {
    id: 'tools.single',
    title: 'parallel_tool_calls false: one call at most',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.chat({ ...weather, tool_choice: 'required', parallel_tool_calls: false });
      offered('parallel_tool_calls', reply);
      return that(callsOf(reply).length === 1, 'message.tool_calls', 'one', `${callsOf(reply).length}`);
    },
  },
  {
    id: 'tools.answered',
    title: 'the result of a tool is taken, and an answer comes',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.chat({ ...brief, messages: weatherAnswered, tools: [weatherTool] });
      offered('tools', reply);
      return consistent(reply);
    },
  },
  {
    id: 'tools.legacy',
    title: 'functions and function_call: the answer has message.function_call',
    severity: 'should',
    contract: '1',
    async run({ server }) {
      const reply = await server.chat(legacyWeather);
      offered('functions', reply);
      answered('functions', reply);
      const message = at(reply.json, 'choices', 0, 'message');
      return [
        ...equal('message.function_call.name', at(message, 'function_call', 'name'), 'get_weather'),
        ...kind('message.function_call.arguments', at(message, 'function_call', 'arguments'), 'a string'),
        ...absent('message', message, 'tool_calls'),
      ];
    },
  },
];

export const toolChecks: CheckGroup = { title: 'Tools', checks };
