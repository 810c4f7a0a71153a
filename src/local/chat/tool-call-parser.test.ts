import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createToolCallParser, type ToolCallPiece } from './tool-call-parser.ts';

function parse(pieces: readonly string[]) {
  const parser = createToolCallParser();
  const found = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.flush()];
  return {
    text: found.map((piece) => (piece.kind === 'text' ? piece.text : '')).join(''),
    calls: found.flatMap((piece, index) =>
      piece.kind === 'call' ? [{ name: piece.name, arguments: argumentsAfter(found, index) }] : [],
    ),
  };
}

function argumentsAfter(pieces: readonly ToolCallPiece[], call: number): string {
  let text = '';
  for (const piece of pieces.slice(call + 1)) {
    if (piece.kind !== 'arguments') break;
    text += piece.text;
  }
  return text;
}

const weather = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>';

test('a call is found, the text before it is kept', () => {
  expect(parse([`Let me look.\n${weather}`])).toEqual({
    text: 'Let me look.',
    calls: [{ name: 'weather', arguments: '{"city": "Oslo"}' }],
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
  const inCall = (given: string) => parse([`<tool_call>{"name":"f","arguments":${given}}</tool_call>`]).calls;
  expect(inCall('"{\\"a\\":1}"')).toEqual([{ name: 'f', arguments: '{"a":1}' }]);
  expect(inCall('"plain"')).toEqual([{ name: 'f', arguments: '"plain"' }]);
});

test('arguments come out while they are written', () => {
  const parser = createToolCallParser();
  expect(parser.push('<tool_call>{"name": "f", "arguments": {"a": "}</tool')).toEqual([
    { kind: 'call', name: 'f' },
    { kind: 'arguments', text: '{"a": "}</tool' },
  ]);
  expect(parser.push('_call>"')).toEqual([{ kind: 'arguments', text: '_call>"' }]);
  expect(parser.push('}}</tool_call>')).toEqual([{ kind: 'arguments', text: '}' }, { kind: 'end' }]);
  expect(parser.flush()).toEqual([]);
});

test('what follows the opening tag can be taken back', () => {
  const parser = createToolCallParser();
  expect(parser.push('Well <tool_call>{"x')).toEqual([{ kind: 'text', text: 'Well' }]);
  expect(parser.opening).toBe(true);
  expect(parser.dropOpening()).toBe('{"x');
  expect(parser.push('{"name":"f","arguments":{}}')).toEqual([
    { kind: 'call', name: 'f' },
    { kind: 'arguments', text: '{}' },
    { kind: 'end' },
  ]);
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
      const text = `<tool_call>${JSON.stringify({ name: 'f', arguments: value })}</tool_call>`;
      const [call] = parse([...text]).calls;
      expect(JSON.parse(call?.arguments ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
