// The parameters of tools and answer formats, and how a request may get them wrong: CONTRACT section 1.
import type { CheckGroup } from '../check.ts';
import { weatherTool } from '../prompts.ts';
import { type Parameter, toCheck } from './parameter.ts';

const tool = (name: unknown) => ({ type: 'function', function: { name } });

const parameters: readonly Parameter[] = [
  {
    id: 'tools',
    title: 'tools: 1 to 128, names of at most 64 of A-Z a-z 0-9 _ -',
    wrongs: [
      ['an empty array', { tools: [] }, 'empty_array', 'tools'],
      [
        '129',
        { tools: Array.from({ length: 129 }, (_, index) => tool(`f${index}`)) },
        'array_above_max_length',
        'tools',
      ],
      ['a name with a space', { tools: [tool('a b')] }, 'invalid_value', 'tools[0].function.name'],
      [
        'a name of 65 characters',
        { tools: [tool('a'.repeat(65))] },
        ['string_above_max_length', 'invalid_value'],
        'tools[0].function.name',
      ],
      [
        'without a name',
        { tools: [tool(undefined)] },
        'missing_required_parameter',
        'tools[0].function.name',
      ],
      [
        'parameters: "none"',
        { tools: [{ type: 'function', function: { name: 'f', parameters: 'none' } }] },
        'invalid_type',
        'tools[0].function.parameters',
      ],
    ],
  },
  {
    id: 'tool_choice',
    title: 'tool_choice: none, auto, required or a tool that is there',
    wrongs: [
      ['another word', { tools: [weatherTool], tool_choice: 'perhaps' }, 'invalid_value', 'tool_choice'],
      [
        'a tool that is not there',
        { tools: [weatherTool], tool_choice: { type: 'function', function: { name: 'other' } } },
        ['invalid_value', null],
        /^tool_choice/,
      ],
      ['required without tools', { tool_choice: 'required' }, ['invalid_value', null], 'tool_choice'],
    ],
  },
  {
    id: 'parallel_tool_calls',
    title: 'parallel_tool_calls: true or false',
    wrongs: [
      [
        'a string',
        { tools: [weatherTool], parallel_tool_calls: 'no' },
        'invalid_type',
        'parallel_tool_calls',
      ],
    ],
  },
  {
    id: 'response_format',
    title: 'response_format: text, json_object, or json_schema with a name',
    wrongs: [
      ['another type', { response_format: { type: 'xml' } }, 'invalid_value', 'response_format.type'],
      ['without a type', { response_format: {} }, 'missing_required_parameter', 'response_format.type'],
      [
        'without a name',
        { response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } },
        'missing_required_parameter',
        'response_format.json_schema.name',
      ],
      [
        'a name with a space',
        {
          response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: { type: 'object' } } },
        },
        'invalid_value',
        'response_format.json_schema.name',
      ],
    ],
  },
];

export const toolParameterChecks: CheckGroup = {
  title: 'Parameters of tools and formats',
  checks: parameters.map(toCheck),
};
