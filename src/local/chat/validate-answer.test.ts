import { expect, test } from 'vitest';
import type { AnswerEvent } from './answer.ts';
import type { FunctionDefinition, JsonFormat } from './request.ts';
import { createAnswerValidator } from './validate-answer.ts';

const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { a: { type: 'integer' }, b: { type: 'string', pattern: '^(a+)+$' } },
  required: ['a'],
};
const format = (strict: boolean): JsonFormat => ({ kind: 'schema', name: 'x', schema, strict });
const tool = (strict: boolean): FunctionDefinition => ({ name: 'f', parameters: schema, strict, path: '' });
const text = (value: string): AnswerEvent => ({ type: 'text-delta', text: value, logprobs: [] });

function checked(asked: Parameters<typeof createAnswerValidator>[0], events: readonly AnswerEvent[]) {
  const validator = createAnswerValidator(asked);
  for (const event of events) validator?.add(event);
  return () => validator?.check();
}

test('what was promised is looked at, in pieces as it came', () => {
  const asked = { format: format(true), tools: [] };
  expect(checked(asked, [text('{"a"'), text(': 1}')])).not.toThrow();
  for (const wrong of ['{}', '{"a": "1"}', '{"a": 1', '']) {
    expect(checked(asked, [text(wrong)])).toThrow(expect.objectContaining({ code: 'internal_error' }));
  }
});

test('so are the arguments of strict tools', () => {
  const call = (input: string): AnswerEvent[] => [
    { type: 'tool-input-start', index: 0, name: 'f' },
    { type: 'tool-input-delta', index: 0, text: input },
  ];
  const strict = { format: undefined, tools: [tool(true)] };
  expect(checked(strict, call('{"a": 1}'))).not.toThrow();
  expect(checked(strict, call('{}'))).toThrow(expect.objectContaining({ code: 'internal_error' }));
  expect(checked({ format: undefined, tools: [tool(false)] }, call('{}'))).not.toThrow();
});

test('what nobody promised is not', () => {
  expect(createAnswerValidator({ format: format(false), tools: [tool(false)] })).toBeUndefined();
});

test('a pattern that takes for ever is left to the grammar', () => {
  const slow = JSON.stringify({ a: 1, b: `${'a'.repeat(40)}!` });
  expect(checked({ format: format(true), tools: [] }, [text(slow)])).not.toThrow();
});

test('a property that Ajv does not see is not held against the answer', () => {
  const odd = JSON.parse('{"properties":{"__proto__":{"type":"string"}},"additionalProperties":false}');
  const asked = { format: { kind: 'schema', name: 'x', schema: odd, strict: true } as const, tools: [] };
  expect(checked(asked, [text('{"__proto__":"x"}')])).not.toThrow();
});
