// The messages of a request: what is refused, with the path of the field that is wrong, and what must be taken.
// CONTRACT section 1, "Messages" and "Parts".
import type { Check, CheckGroup } from '../check.ts';
import { answered, refused } from '../expectations.ts';
import { brief, toolCallId, weatherAnswered, weatherTool } from '../prompts.ts';
import { type Parameter, toCheck } from './parameter.ts';

const user = { role: 'user', content: 'Say hello.' };
const call = { id: toolCallId, type: 'function', function: { name: 'get_weather', arguments: '{}' } };
const parts = (...content: unknown[]) => ({ messages: [{ role: 'user', content }] });

const refusals: readonly Parameter[] = [
  {
    id: 'message',
    title: 'a message has a known role, and content of a known shape',
    wrongs: [
      ['another role', { messages: [{ ...user, role: 'robot' }] }, 'invalid_value', 'messages[0].role'],
      ['no role', { messages: [{ content: 'x' }] }, 'missing_required_parameter', 'messages[0].role'],
      [
        'no content',
        { messages: [user, { role: 'user' }] },
        'missing_required_parameter',
        'messages[1].content',
      ],
      ['content: 7', { messages: [{ role: 'user', content: 7 }] }, 'invalid_type', 'messages[0].content'],
    ],
  },
  {
    id: 'part',
    title: 'a content part has a known type and all its fields',
    wrongs: [
      ['no parts', parts(), 'empty_array', 'messages[0].content'],
      ['another type', parts({ type: 'smell' }), 'invalid_value', 'messages[0].content[0].type'],
      ['no text', parts({ type: 'text' }), 'missing_required_parameter', 'messages[0].content[0].text'],
      [
        'an image without url',
        parts({ type: 'image_url', image_url: {} }),
        'missing_required_parameter',
        'messages[0].content[0].image_url.url',
      ],
      [
        'an image of unknown detail',
        parts({ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'blurred' } }),
        'invalid_value',
        'messages[0].content[0].image_url.detail',
      ],
    ],
  },
  {
    id: 'tool-order',
    title: 'every tool call is answered before the next message, and nothing else is',
    wrongs: [
      [
        'an answer to no call',
        { messages: [user, { role: 'tool', tool_call_id: toolCallId, content: 'x' }] },
        [null, 'invalid_value'],
        /^messages/,
      ],
      [
        'a call without answer',
        { messages: [user, { role: 'assistant', content: null, tool_calls: [call] }, user] },
        [null, 'invalid_value'],
        /^messages/,
      ],
      [
        'no calls in tool_calls',
        { messages: [user, { role: 'assistant', content: 'x', tool_calls: [] }, user] },
        'empty_array',
        'messages[1].tool_calls',
      ],
      [
        'a tool message without id',
        { messages: [...weatherAnswered.slice(0, 2), { role: 'tool', content: 'x' }] },
        'missing_required_parameter',
        'messages[2].tool_call_id',
      ],
    ],
  },
];

function taken(id: string, title: string, requests: Readonly<Record<string, object>>): Check {
  return {
    id: `request.${id}`,
    title,
    severity: 'must',
    contract: '1',
    async run({ server }) {
      for (const [what, members] of Object.entries(requests)) {
        answered(what, await server.chat({ ...brief, ...members }));
      }
      return [];
    },
  };
}

const optional = [
  'stream',
  'max_tokens',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'tools',
  'tool_choice',
  'response_format',
  'stream_options',
  'reasoning_effort',
  'n',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'seed',
  'metadata',
  'store',
  'service_tier',
  'user',
];

const acceptances: readonly Check[] = [
  {
    ...taken('null', '`null` counts as absent for every optional field', {
      'all null': Object.fromEntries(optional.map((name) => [name, null])),
    }),
    // OpenAI takes it for most fields, not for all.
    severity: 'should',
  },
  taken('roles', 'system and developer messages, several in a row, and an earlier answer', {
    developer: { messages: [{ role: 'developer', content: 'Be brief.' }, user] },
    'two system messages, two user messages': {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Be kind.' },
        user,
        user,
      ],
    },
    'an assistant message': {
      messages: [user, { role: 'assistant', content: 'Hello.', refusal: null }, { ...user, name: 'ada' }],
    },
  }),
  taken('text-parts', 'content as an array of text parts', {
    'text parts': parts({ type: 'text', text: 'Say' }, { type: 'text', text: ' hello.' }),
    'parts of a system message': {
      messages: [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }, user],
    },
  }),
  taken('tool-history', 'a conversation in which a tool was called and has answered', {
    'tools in history': { messages: weatherAnswered, tools: [weatherTool] },
    'without the tools, its answer in parts': {
      messages: [
        ...weatherAnswered.slice(0, 2),
        { role: 'tool', tool_call_id: toolCallId, content: [{ type: 'text', text: 'Clear.' }] },
      ],
    },
  }),
  {
    ...taken('max-tokens-alias', 'max_tokens as the older name of max_completion_tokens', {
      max_tokens: { max_completion_tokens: undefined, max_tokens: 16 },
    }),
    // OpenAI refuses it for its reasoning models.
    severity: 'should',
  },
  {
    id: 'request.unknown-field',
    title: 'an unknown field is passed over, or refused by name, never an error of the server',
    severity: 'must',
    contract: '1',
    async run({ server }) {
      const reply = await server.chat({ ...brief, x_conformance: { a: 1 } });
      if (reply.status === 200) return [];
      const wrong = refused('x_conformance', reply, {
        status: 400,
        code: [null, 'unknown_parameter', 'unsupported_parameter', 'invalid_value'],
      });
      if (wrong.length > 0 || reply.text.includes('x_conformance')) return wrong;
      return [{ at: 'the message', expected: 'the name of the field', actual: reply.text.slice(0, 200) }];
    },
  },
];

export const messageChecks: CheckGroup = {
  title: 'Messages',
  checks: [...refusals.map(toCheck), ...acceptances],
};
