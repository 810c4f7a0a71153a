// The parameters of sampling and transport, and how a request may get them wrong: CONTRACT section 1.
import type { CheckGroup } from '../check.ts';
import { choice, decimal, type Parameter, toCheck, type Wrong } from './parameter.ts';

const parameters: readonly Parameter[] = [
  {
    id: 'model',
    title: 'model: a string, required',
    wrongs: [
      ['left out', { model: undefined }, 'missing_required_parameter', 'model'],
      ['a number', { model: 7 }, 'invalid_type', 'model'],
    ],
    // OpenAI says "you must provide a model parameter" with neither code nor param.
    severity: 'should',
  },
  {
    id: 'messages',
    title: 'messages: an array of at least one, required',
    wrongs: [
      ['left out', { messages: undefined }, 'missing_required_parameter', 'messages'],
      ['null', { messages: null }, ['missing_required_parameter', 'invalid_type'], 'messages'],
      ['empty', { messages: [] }, 'empty_array', 'messages'],
      ['a string', { messages: 'hello' }, 'invalid_type', 'messages'],
    ],
  },
  decimal('temperature', 0, 2),
  decimal('top_p', 0, 1),
  decimal('frequency_penalty', -2, 2),
  decimal('presence_penalty', -2, 2),
  {
    id: 'max_tokens',
    title: 'max_tokens, max_completion_tokens: whole numbers from 1',
    wrongs: ['max_tokens', 'max_completion_tokens'].flatMap((name): Wrong[] => [
      [`${name}: 0`, { max_completion_tokens: undefined, [name]: 0 }, 'integer_below_min_value', name],
      [`${name}: 1.5`, { max_completion_tokens: undefined, [name]: 1.5 }, 'invalid_type', name],
      [`${name}: "9"`, { max_completion_tokens: undefined, [name]: '9' }, 'invalid_type', name],
    ]),
  },
  {
    id: 'n',
    title: 'n: a whole number from 1 to 128',
    wrongs: [
      ['0', { n: 0 }, 'integer_below_min_value', 'n'],
      ['129', { n: 129 }, 'integer_above_max_value', 'n'],
      ['1.5', { n: 1.5 }, 'invalid_type', 'n'],
    ],
  },
  {
    id: 'stop',
    title: 'stop: a string, or one to four of them',
    wrongs: [
      ['five', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'array_above_max_length', 'stop'],
      ['an empty array', { stop: [] }, 'empty_array', 'stop'],
      ['a number', { stop: 7 }, 'invalid_type', 'stop'],
    ],
  },
  {
    id: 'seed',
    title: 'seed: a whole number',
    wrongs: [
      ['1.5', { seed: 1.5 }, 'invalid_type', 'seed'],
      ['a string', { seed: 'abc' }, 'invalid_type', 'seed'],
    ],
  },
  {
    id: 'logprobs',
    title: 'logprobs: true or false; top_logprobs: 0 to 20, with logprobs only',
    wrongs: [
      ['logprobs: 5', { logprobs: 5 }, 'invalid_type', 'logprobs'],
      ['top_logprobs: 21', { logprobs: true, top_logprobs: 21 }, 'integer_above_max_value', 'top_logprobs'],
      ['top_logprobs: -1', { logprobs: true, top_logprobs: -1 }, 'integer_below_min_value', 'top_logprobs'],
      ['without logprobs', { top_logprobs: 2 }, ['invalid_value', null], 'top_logprobs'],
    ],
  },
  {
    id: 'logit_bias',
    title: 'logit_bias: numbers from -100 to 100',
    severity: 'should',
    wrongs: [
      [
        '101',
        { logit_bias: { 50256: 101 } },
        ['decimal_above_max_value', 'integer_above_max_value'],
        /^logit_bias/,
      ],
      [
        '-101',
        { logit_bias: { 50256: -101 } },
        ['decimal_below_min_value', 'integer_below_min_value'],
        /^logit_bias/,
      ],
      ['an array', { logit_bias: [1] }, 'invalid_type', 'logit_bias'],
    ],
  },
  {
    id: 'stream',
    title: 'stream: true or false; stream_options with stream only',
    wrongs: [
      ['stream: "yes"', { stream: 'yes' }, 'invalid_type', 'stream'],
      ['stream_options alone', { stream_options: { include_usage: true } }, null, 'stream_options'],
      [
        'include_usage: 1',
        { stream: true, stream_options: { include_usage: 1 } },
        'invalid_type',
        'stream_options.include_usage',
      ],
    ],
  },
  choice('reasoning_effort', 'none, minimal, low, medium, high, xhigh, max'),
  choice('verbosity', 'low, medium, high'),
  choice('service_tier', 'auto, default, flex, scale, priority, fast'),
  {
    id: 'metadata',
    title: 'metadata: at most 16 pairs, keys of 64, values of 512 characters',
    severity: 'should',
    wrongs: [
      [
        '17 pairs',
        { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) },
        ['object_above_max_properties', 'array_above_max_length', 'invalid_value'],
        'metadata',
      ],
      ['a value of 513', { metadata: { k: 'v'.repeat(513) } }, 'string_above_max_length', 'metadata.k'],
      ['a number', { metadata: { k: 7 } }, 'invalid_type', 'metadata.k'],
    ],
  },
  {
    id: 'safety_identifier',
    title: 'safety_identifier: at most 128 characters',
    severity: 'should',
    wrongs: [
      [
        '129 characters',
        { safety_identifier: 'x'.repeat(129) },
        'string_above_max_length',
        'safety_identifier',
      ],
    ],
  },
];

export const parameterChecks: CheckGroup = { title: 'Parameters', checks: parameters.map(toCheck) };
