import { describe, expect, test } from 'vitest';
import { constraintOf, createConstraints } from './constraint.ts';
import type { FunctionDefinition, JsonFormat } from './request.ts';

const tool = (parameters: Record<string, unknown> | undefined, strict: boolean): FunctionDefinition => ({
  name: 'f',
  ...(parameters && { parameters }),
  strict,
  path: 'tools[3].function',
});
const free = { tools: [], mustCall: false, parallelToolCalls: true, format: undefined };
const odd = { type: 'object', properties: { a: { not: {} } } };
const schema = (given: Record<string, unknown>, strict: boolean): JsonFormat => ({
  kind: 'schema',
  name: 'x',
  schema: given,
  strict,
});

test('nothing asked for, nothing held to', () => {
  expect(constraintOf(free)).toEqual({ answer: undefined, call: undefined });
});

test('calls of the model’s own accord are held from their tag on, forced ones from the start', () => {
  const own = constraintOf({ ...free, tools: [tool(undefined, true)] });
  expect(own.answer).toBeUndefined();
  expect(own.call).not.toContain('tool_call>\\n{');
  const forced = constraintOf({ ...free, tools: [tool(undefined, true)], mustCall: true });
  expect(forced.call).toBeUndefined();
  expect(forced.answer).toContain('<tool_call>');
});

describe('what no grammar can say', () => {
  test('is refused where it is strict, with its place', () => {
    expect(() => constraintOf({ ...free, format: schema(odd, true) })).toThrow(
      expect.objectContaining({
        code: 'unsupported_value',
        param: 'response_format.json_schema.schema.properties.a',
        message: expect.stringContaining("'not'"),
      }),
    );
    expect(() => constraintOf({ ...free, tools: [tool(undefined, true), tool(odd, true)] })).toThrow(
      expect.objectContaining({ param: 'tools[3].function.parameters.properties.a' }),
    );
  });

  test('is let go where it is not', () => {
    expect(constraintOf({ ...free, format: schema(odd, false) }).answer).toContain('root');
    const remote = { $ref: 'https://example.org/x' };
    expect(constraintOf({ ...free, format: schema(remote, false) }).answer).toContain('root');
    expect(constraintOf({ ...free, tools: [tool(remote, false), tool({}, true)] }).call).toContain('root');
  });
});

test('what was asked before is not compiled again, for a while', () => {
  const constraints = createConstraints();
  const asking = (index: number) => constraints({ ...free, format: schema({ const: index }, true) });
  const first = asking(0);
  expect(asking(0)).toBe(first);
  for (let index = 1; index < 16; index++) asking(index);
  expect(asking(0)).toBe(first);
  for (let index = 1; index <= 16; index++) asking(index);
  expect(asking(0)).not.toBe(first);
  expect(asking(0)).toEqual(first);
  expect(constraints(free)).toEqual({ answer: undefined, call: undefined });
});
