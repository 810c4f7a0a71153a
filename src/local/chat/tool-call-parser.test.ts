import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createToolCallParser, parseToolCall } from './tool-call-parser.ts';

function parse(pieces: readonly string[]) {
  const parser = createToolCallParser();
  const found = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.flush()];
  return {
    text: found.map((piece) => (piece.kind === 'text' ? piece.text : '')).join(''),
    calls: found.flatMap((piece) => (piece.kind === 'call' ? [piece.call] : [])),
  };
}

const weather = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>';

test('a call is found, the text before it is kept', () => {
  expect(parse([`Let me look.\n${weather}`])).toEqual({
    text: 'Let me look.',
    calls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }],
  });
});

test('several calls are several calls', () => {
  const found = parse([`${weather}\n${weather}\n`]);
  expect(found.calls).toHaveLength(2);
  expect(found.text).toBe('');
});

test('a call that was not closed counts if it is complete', () => {
  expect(parse(['<tool_call>{"name": "now"}'])).toEqual({
    text: '',
    calls: [{ name: 'now', arguments: '{}' }],
  });
});

test('what is no call stays text', () => {
  for (const text of [
    '<tool_call>nonsense</tool_call>',
    '<tool_call>{"name": 1}</tool_call>',
    'a <tool_',
    '<tool_call>{"na',
  ]) {
    expect(parse([text])).toEqual({ text, calls: [] });
  }
});

test('arguments may be given as a string of JSON', () => {
  expect(parseToolCall('{"name":"f","arguments":"{\\"a\\":1}"}')?.arguments).toBe('{"a":1}');
  expect(parseToolCall('{"name":"f","arguments":"plain"}')?.arguments).toBe('"plain"');
});

test('however it is cut, the outcome is the same', () => {
  const parts = fc.array(
    fc.constantFrom(
      weather,
      '<tool_call>',
      '</tool_call>',
      'text',
      ' ',
      '\n',
      '<',
      'tool_call>',
      '{"name":"x"}',
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(parts, (pieces) => {
      const text = pieces.join('');
      expect(parse([...text])).toEqual(parse([text]));
    }),
    { numRuns: 2000 },
  );
});

test('any arguments come out as the JSON value that went in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const call = parseToolCall(JSON.stringify({ name: 'f', arguments: value }));
      expect(JSON.parse(call?.arguments ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
