// The conversations that every adapter is asked, and where a provider cannot be asked the same, in what it differs.
import type { Json } from '../support/scripted-upstream.ts';
import type { WireName } from './wires/all.ts';
import type { Asked } from './wires/wire.ts';

export interface Conversation {
  /** Members of the request besides the model. */
  readonly request: Json;
  /** Members of what was asked that differ there, with the reason beside. */
  readonly asksOtherwise?: Partial<Record<WireName, readonly (keyof Asked)[]>>;
  /** Providers that cannot: the request is refused with 400 under this `param`. */
  readonly refused?: Partial<Record<WireName, string>>;
  /** Where its tokens are not compared, and why. */
  readonly usageOtherwise?: Partial<Record<WireName, string>>;
  /** Not compared with the others' answer, and why. */
  readonly answersOtherwise?: Partial<Record<WireName, string>>;
}

const claudes = ['anthropic (adaptive)', 'anthropic (budget)', 'anthropic (older)'] as const;
const bedrocks = ['bedrock (adaptive)', 'bedrock (budget)', 'bedrock (older)'] as const;
/** Think by a budget of tokens. */
const budgets = ['anthropic (budget)', 'anthropic (older)', 'bedrock (budget)', 'bedrock (older)'] as const;
const each = <T>(names: readonly WireName[], value: T): Partial<Record<WireName, T>> =>
  Object.fromEntries(names.map((name) => [name, value]));

const thoughtsUncounted = 'it counts thoughts as output and does not tell how many there were';

const user = (content: Json) => ({ role: 'user', content });
const cityOf = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const fn = (name: string) => ({ name, description: `Tells the ${name}.`, parameters: cityOf });
const tool = (name: string) => ({ type: 'function', function: { ...fn(name), strict: true } });
const tools = [tool('weather'), tool('clock')];
const call = (id: string, name: string, city: string) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify({ city }) },
});
const result = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content });

/** Two calls at once and their results in the other order. */
const loop = (first: string, second: string) => [
  user('Weather and time in Rome?'),
  {
    role: 'assistant',
    content: 'I look.',
    tool_calls: [call(first, 'weather', 'Rome'), call(second, 'clock', 'Rome')],
  },
  result(first, '{"sky":"clear"}'),
  result(second, 'noon'),
];

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const pdf = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');
const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const person = { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } };

export const conversations: Readonly<Record<string, Conversation>> = {
  plain: { request: { messages: [user('Say hello.')] } },
  'system and developer': {
    request: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Be kind.' },
        user('Say hello.'),
      ],
    },
  },
  'several turns': {
    request: {
      messages: [
        user('One'),
        user('Two'),
        { role: 'assistant', content: 'Three' },
        user([{ type: 'text', text: 'Four' }]),
      ],
    },
  },
  'text beyond ASCII': { request: { messages: [user('Repeat exactly: Grüße, 😀 "Welt" \\ \u2028 ende')] } },
  'tools, both called': { request: { messages: [user('Weather and time in Rome?')], tools } },
  'tools, one at a time': {
    request: { messages: [user('Weather in Rome?')], tools, parallel_tool_calls: false },
    // It has no word for it: named in x-tollgate-dropped-params.
    asksOtherwise: each(['gemini', ...bedrocks], ['parallel']),
    answersOtherwise: each(['gemini', ...bedrocks], 'makes both calls'),
  },
  'a tool by name': {
    request: {
      messages: [user('Weather in Rome?')],
      tools,
      tool_choice: { type: 'function', function: { name: 'clock' } },
    },
  },
  'any tool': { request: { messages: [user('Weather in Rome?')], tools, tool_choice: 'required' } },
  'tools, none to be called': {
    request: { messages: [user('Hello')], tools, tool_choice: 'none' },
    // It has no word for it: the tools are left out.
    asksOtherwise: each(bedrocks, ['tools', 'choice']),
  },
  'calls and their results': { request: { messages: loop('call_1', 'call_2'), tools } },
  'calls and their results, the tools no longer there': {
    request: { messages: loop('call_1', 'call_2') },
    // It insists on the tools, so they stand in by name, and the prompt says that none is to be called.
    asksOtherwise: each(bedrocks, ['tools', 'system']),
  },
  'calls of another provider, with its ids': {
    request: { messages: loop('functions.weather:0', 'functions.clock:1'), tools },
  },
  'calls of another provider, while it thinks': {
    request: { messages: loop('call_1', 'call_2'), tools, reasoning_effort: 'high' },
    // A loop without its signed thoughts is refused while it thinks by a budget: it goes on without.
    asksOtherwise: each(budgets, ['thinks']),
    answersOtherwise: each(budgets, 'answers without thoughts'),
    usageOtherwise: each(bedrocks, thoughtsUncounted),
  },
  'images as data and by address': {
    request: {
      messages: [
        user([
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
          { type: 'image_url', image_url: { url: 'https://images.example.com/cat.png' } },
        ]),
      ],
    },
    refused: each(bedrocks, 'messages[0].content[2].image_url.url'),
  },
  'an image as data': {
    request: {
      messages: [
        user([
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
        ]),
      ],
    },
  },
  'a file': {
    request: {
      messages: [
        user([
          { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
          { type: 'text', text: 'Sum it up.' },
        ]),
      ],
    },
  },
  sound: {
    request: {
      messages: [user([{ type: 'input_audio', input_audio: { data: 'UklGRiQAAABXQVZF', format: 'wav' } }])],
    },
    refused: each([...claudes, ...bedrocks, 'openai (Responses)'], 'messages[0].content[0]'),
  },
  'JSON by a schema': {
    request: { messages: [user('Ada is 36.')], response_format: person },
    // It is asked for as a tool that must be called.
    asksOtherwise: each(['anthropic (older)', 'bedrock (older)'], ['format', 'tools', 'choice']),
  },
  'JSON by a schema with bounds, of an object that may have more': {
    request: {
      messages: [user('Ada is 36.')],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'person',
          schema: { type: 'object', properties: { age: { type: 'integer', minimum: 0 } } },
        },
      },
    },
    // Claude takes neither: the object is closed, the bound is said in words.
    asksOtherwise: {
      ...each(
        ['anthropic (adaptive)', 'anthropic (budget)', 'bedrock (adaptive)', 'bedrock (budget)'],
        ['format'],
      ),
      ...each(['anthropic (older)', 'bedrock (older)'], ['format', 'tools', 'choice']),
    },
  },
  'any JSON': {
    request: { messages: [user('Say hello as JSON.')], response_format: { type: 'json_object' } },
    // Asked for in words.
    asksOtherwise: each([...claudes, ...bedrocks], ['system']),
  },
  reasoning: {
    request: { messages: [user('9.11 or 9.9?')], reasoning_effort: 'high' },
    usageOtherwise: each(bedrocks, thoughtsUncounted),
  },
  'reasoning, then calls': {
    request: { messages: [user('Weather?')], tools, reasoning_effort: 'high' },
    usageOtherwise: each(bedrocks, thoughtsUncounted),
  },
  stop: {
    request: { messages: [user('Say hello.')], stop: ['fine', 'nothing'] },
    // It has no such parameter: the gateway cuts.
    asksOtherwise: { 'openai (Responses)': ['stop'] },
    usageOtherwise: {
      'openai (Responses)': 'the model went on behind the cut, or its stream was ended and is estimated',
    },
  },
  'a cap': {
    request: {
      messages: [user('Repeat exactly: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18')],
      max_tokens: 16,
    },
  },
  'two choices': {
    request: { messages: [user('Say hello.')], n: 2 },
    refused: each([...claudes, ...bedrocks, 'openai (Responses)'], 'n'),
  },
  'deprecated functions': {
    request: { messages: [user('Weather in Rome?')], functions: [fn('weather')], function_call: 'auto' },
    asksOtherwise: each(['gemini', ...bedrocks], ['parallel']),
  },
  'deprecated functions, by name, in history': {
    request: {
      messages: [
        user('Weather in Rome?'),
        {
          role: 'assistant',
          content: null,
          function_call: { name: 'weather', arguments: '{"city":"Rome"}' },
        },
        { role: 'function', name: 'weather', content: 'clear' },
        user('And the time?'),
      ],
      functions: [fn('weather'), fn('clock')],
      function_call: { name: 'clock' },
    },
    asksOtherwise: each(['gemini', ...bedrocks], ['parallel']),
  },
};
