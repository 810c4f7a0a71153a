// What a schema's grammar lets through, judged by llama.cpp's own engine; and tool calls in a model's notation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GrammarEngine, startGrammarEngine } from '../fixtures/grammar-engine.ts';
import { compileJsonSchema, jsonObjectGrammar, type ToolCallOptions, toolCallGrammar } from './grammar.ts';

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const fits = (schema: unknown, text: string, strict = true) =>
  engine.fits(compileJsonSchema(schema, { strict }).text, text);

const abc = {
  type: 'object',
  properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
  required: ['b'],
};

describe('compileJsonSchema', () => {
  it.each<[string, unknown, string[], string[]]>([
    [
      'order and choice of members',
      abc,
      ['{"b":2}', '{"a":1,"b":2}', '{"b": 2, "c": 3}', '{"a":1,"b":2,"c":3}'],
      ['{}', '{"a":1}', '{"b":2,"a":1}', '{"b":2,"b":2}', '{"b":2,}', '{,"b":2}', '{"b":2,"d":4}'],
    ],
    [
      'white space: one blank at most',
      abc,
      ['{"b": 2, "c": 3}'],
      ['{ "b":2}', '{"b":2 }', '{"b":  2}', '{"b":\n2}', ' {"b":2}'],
    ],
    [
      'an open object',
      { ...abc, additionalProperties: true },
      ['{"b":2,"z":[{}]}'],
      ['{"b":2,"a":1}', '{"z":1}'],
    ],
    [
      'a required name without a schema',
      { type: 'object', required: ['x'] },
      ['{"x":[]}'],
      ['{}', '{"y":1}'],
    ],
    [
      'names to be escaped',
      { type: 'object', properties: { 'a"\\\n': { type: 'null' } }, required: ['a"\\\n'] },
      ['{"a\\"\\\\\\n":null}'],
      ['{"a":null}'],
    ],
    [
      'a property named __proto__',
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer"}},"required":["__proto__"]}'),
      ['{"__proto__":1}'],
      ['{"__proto__":"x"}', '{}'],
    ],
    [
      'a property that may not be',
      { type: 'object', properties: { a: false, b: true }, additionalProperties: true },
      ['{"b":1}', '{"c":1}'],
      ['{"a":1}'],
    ],
    [
      'free strings',
      { type: 'string' },
      ['""', '"é😀"', '"\\u00e9\\ud83d\\ude00\\/"', '"\\n"'],
      ['"\n"', '"\\x"', '"\\u0000"', '"\\ud83d"', '"', '"a" '],
    ],
    [
      'lengths in characters',
      { type: 'string', minLength: 1, maxLength: 2 },
      ['"😀😀"', '"\\ud83d\\ude00a"', '"\\n\\n"'],
      ['""', '"abc"'],
    ],
    [
      'a quote and a backslash that a pattern allows',
      { type: 'string', pattern: '^["\\\\]$' },
      ['"\\""', '"\\\\"'],
      ['"""', '"\\"', '"a"'],
    ],
    ['a pattern without anchors', { type: 'string', pattern: 'b+' }, ['"abc"', '"b"'], ['"ac"', '""']],
    [
      'integers',
      { type: 'integer' },
      ['0', '-1', '999999999999999'],
      ['-0', '01', '1.0', '1e3', '1000000000000000', '+1'],
    ],
    ['numbers', { type: 'number' }, ['0', '-0.5', '1.5e-7', '2E+10'], ['.5', '1.', '01', '1e', 'NaN']],
    [
      'bounds of integers',
      { type: 'integer', minimum: -12, exclusiveMaximum: 101 },
      ['-12', '0', '99', '100'],
      ['-13', '101', '-100', '1000'],
    ],
    [
      'exclusive bounds of integers',
      { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5.5 },
      ['4', '5'],
      ['3', '6', '-4'],
    ],
    [
      'the tighter of two bounds',
      { type: 'integer', minimum: 3, exclusiveMinimum: 3.5, maximum: 9, exclusiveMaximum: 9 },
      ['4', '8'],
      ['3', '9'],
    ],
    [
      'bounds of numbers',
      { type: 'number', minimum: 0.5, exclusiveMaximum: 10 },
      ['0.5', '0.50', '0.6', '9.99', '1'],
      ['0.49', '0', '10', '10.0', '-1'],
    ],
    [
      'negative bounds of numbers',
      { type: 'number', exclusiveMinimum: -1.5, maximum: -0.25 },
      ['-1.49', '-1', '-0.25', '-0.3'],
      ['-1.5', '-0.24', '0', '1', '-2'],
    ],
    [
      'multiples',
      { type: 'integer', multipleOf: 25, minimum: -100 },
      ['-100', '0', '25', '1075'],
      ['-125', '5', '26'],
    ],
    [
      'enum of any kind',
      { enum: ['a', null, 1.5, { k: [1, 2] }] },
      ['"a"', 'null', '1.5', '{"k":[1,2]}', '{"k": [1, 2]}'],
      ['"b"', '1', '{}'],
    ],
    ['enum beside type', { type: 'string', enum: ['a', 1] }, ['"a"'], ['1']],
    [
      'bounded arrays',
      { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 2 },
      ['[true]', '[true, false]'],
      ['[]', '[true,false,true]', '[1]', '[true,]'],
    ],
    [
      'tuples',
      { type: 'array', prefixItems: [{ const: 1 }, { const: 2 }], minItems: 1 },
      ['[1]', '[1,2]'],
      ['[]', '[2]', '[1,2,3]'],
    ],
    [
      'tuples of older drafts',
      { type: 'array', items: [{ const: 1 }], additionalItems: { const: 0 } },
      ['[]', '[1]', '[1,0,0]'],
      ['[0]', '[1,2]'],
    ],
    [
      'type list and nullable',
      { type: ['integer', 'string'], nullable: true, maxLength: 1 },
      ['1', '"a"', 'null'],
      ['"ab"', 'true'],
    ],
    [
      'anyOf beside properties',
      { ...abc, required: [], anyOf: [{ required: ['a'] }, { required: ['c'] }] },
      ['{"a":1}', '{"c":3}', '{"a":1,"b":2,"c":3}'],
      ['{"b":2}', '{}'],
    ],
    [
      'allOf of objects',
      { allOf: [abc, { properties: { d: { type: 'null' } }, required: ['d', 'a'] }] },
      ['{"a":1,"b":2,"d":null}'],
      ['{"b":2,"d":null}', '{"a":1,"b":2}'],
    ],
    [
      'allOf with what is closed',
      { allOf: [{ ...abc, additionalProperties: false }, { properties: { d: { type: 'null' } } }] },
      ['{"b":2}'],
      ['{"b":2,"d":null}'],
    ],
    [
      'recursion',
      {
        $defs: {
          list: {
            type: 'object',
            properties: { next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/list' }] } },
            required: ['next'],
          },
        },
        $ref: '#/$defs/list',
      },
      ['{"next":null}', '{"next":{"next":{"next":null}}}'],
      ['{}', '{"next":{}}'],
    ],
    [
      'recursion through what would never end is left out',
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/endless' }, b: { const: 1 } },
        $defs: {
          endless: { type: 'object', properties: { me: { $ref: '#/$defs/endless' } }, required: ['me'] },
        },
      },
      ['{}', '{"b":1}'],
      ['{"a":{"me":{}}}'],
    ],
    [
      'references with escapes and siblings',
      { $ref: '#/$defs/a~1b%20c', minimum: 5, $defs: { 'a/b c': { type: 'integer', maximum: 7 } } },
      ['5', '7'],
      ['4', '8'],
    ],
    [
      'names by pattern',
      { type: 'object', propertyNames: { pattern: '^[a-z]$' }, additionalProperties: { type: 'integer' } },
      ['{}', '{"a":1,"b":2}'],
      ['{"ab":1}', '{"A":1}', '{"a":"x"}'],
    ],
    [
      'how many members',
      { ...abc, required: [], minProperties: 1, maxProperties: 2 },
      ['{"a":1}', '{"a":1,"c":3}'],
      ['{}', '{"a":1,"b":2,"c":3}'],
    ],
    [
      'what unevaluatedProperties closes',
      { type: 'object', unevaluatedProperties: false },
      ['{}'],
      ['{"a":1}'],
    ],
    [
      'annotations',
      { title: 't', description: 'd', default: 1, examples: [1], 'x-order': 1, type: 'null' },
      ['null'],
      ['1'],
    ],
  ])('%s', (_, schema, accepted, refused) => {
    for (const text of accepted) expect(fits(schema, text), text).toBe(true);
    for (const text of refused) expect(fits(schema, text), text).toBe(false);
  });

  it('leaves out what it does not support, without strict', () => {
    expect(fits({ type: 'array', uniqueItems: true, items: { enum: [1] } }, '[1,1]', false)).toBe(true);
    expect(fits({ type: 'string', pattern: '^(?!a)' }, '"a"', false)).toBe(true);
    expect(fits({ type: 'string', format: 'postcode' }, '"a"', false)).toBe(true);
    const byPattern = { type: 'object', patternProperties: { '^x': {} }, additionalProperties: false };
    expect(fits(byPattern, '{"x1":1}', false)).toBe(true);
  });

  it('makes the same grammar of the same schema', () => {
    expect(compileJsonSchema(abc, { strict: true })).toEqual(compileJsonSchema(abc, { strict: true }));
  });
});

describe('jsonObjectGrammar', () => {
  it('is any object and nothing else', () => {
    const { text } = jsonObjectGrammar();
    expect(engine.fits(text, '{"a":[{"b":null}, 1.5]}')).toBe(true);
    expect(engine.fits(text, '{}')).toBe(true);
    for (const other of ['[]', '"a"', '{"a"}', '{"a":1']) expect(engine.fits(text, other)).toBe(false);
  });
});

describe('toolCallGrammar', () => {
  const weather = {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    strict: true,
  };
  const now = { name: 'now', strict: false };
  const hermes: ToolCallOptions = {
    call: (name) => ({
      before: `<tool_call>\n{"name": "${name}", "arguments": `,
      after: '}\n</tool_call>',
    }),
    between: '\n',
    maxCalls: 2,
  };
  const weatherCall = '<tool_call>\n{"name": "weather", "arguments": {"city": "Bonn"}}\n</tool_call>';
  const nowCall = '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>';

  it('is one call or more, each with its own arguments', () => {
    const { text } = toolCallGrammar([weather, now], hermes);
    expect(engine.fits(text, weatherCall)).toBe(true);
    expect(engine.fits(text, nowCall)).toBe(true);
    expect(engine.fits(text, `${nowCall}\n${weatherCall}`)).toBe(true);
    expect(engine.fits(text, `${nowCall}\n${nowCall}\n${nowCall}`)).toBe(false);
    expect(engine.fits(text, nowCall.replace('now', 'weather'))).toBe(false);
    expect(engine.fits(text, nowCall.replace('{}', '{"a":1}'))).toBe(false);
    expect(engine.fits(text, '')).toBe(false);
  });

  it('is one forced call', () => {
    const { text } = toolCallGrammar([weather], { ...hermes, maxCalls: 1 });
    expect(engine.fits(text, weatherCall)).toBe(true);
    expect(engine.fits(text, `${weatherCall}\n${weatherCall}`)).toBe(false);
    expect(engine.fits(text, nowCall)).toBe(false);
  });

  it('goes on from what the model has begun', () => {
    const begun = '<tool_call>\n{"name": "w';
    const { text } = toolCallGrammar([weather, now], { ...hermes, begun });
    expect(engine.fits(text, weatherCall.slice(begun.length))).toBe(true);
    expect(engine.fits(text, `${weatherCall.slice(begun.length)}\n${nowCall}`)).toBe(true);
    expect(engine.fits(text, nowCall.slice(begun.length))).toBe(false);
    expect(() => toolCallGrammar([now], { ...hermes, begun })).toThrow(RangeError);
  });

  it('writes around all calls what opens and closes them', () => {
    const list: ToolCallOptions = {
      open: '[',
      close: ']',
      call: (name) => ({ before: `{"name": "${name}", "parameters": `, after: '}' }),
      between: ', ',
      maxCalls: 8,
    };
    const { text } = toolCallGrammar([now], list);
    const one = '{"name": "now", "parameters": {}}';
    expect(engine.fits(text, `[${one}]`)).toBe(true);
    expect(engine.fits(text, `[${one}, ${one}]`)).toBe(true);
    expect(engine.fits(text, '[]')).toBe(false);
  });

  it('takes only objects as arguments', () => {
    const { text } = toolCallGrammar([{ name: 'now', parameters: {}, strict: true }], hermes);
    expect(engine.fits(text, nowCall.replace('{}', '{"a":1}'))).toBe(true);
    expect(engine.fits(text, nowCall.replace('{}', '[]'))).toBe(false);
  });

  it('resolves references in the parameters of each tool', () => {
    const tool = (name: string, type: string) => ({
      name,
      parameters: {
        type: 'object',
        properties: { x: { $ref: '#/$defs/x' } },
        required: ['x'],
        $defs: { x: { type } },
      },
      strict: true,
    });
    const { text } = toolCallGrammar([tool('a', 'integer'), tool('b', 'null')], hermes);
    expect(engine.fits(text, nowCall.replace('now', 'a').replace('{}', '{"x":1}'))).toBe(true);
    expect(engine.fits(text, nowCall.replace('now', 'b').replace('{}', '{"x":1}'))).toBe(false);
  });

  it('names the tool of a problem', () => {
    const bad = { name: 'bad', parameters: { type: 'object', properties: { a: { not: {} } } }, strict: true };
    expect(() => toolCallGrammar([now, bad], hermes)).toThrow(
      expect.objectContaining({ tool: 1, path: 'properties.a', keyword: 'not' }),
    );
    expect(() => toolCallGrammar([{ ...bad, strict: false }], hermes)).not.toThrow();
    expect(() =>
      toolCallGrammar([{ name: 'x', parameters: { type: 'array' }, strict: true }], hermes),
    ).toThrow('no JSON value fits');
  });
});
