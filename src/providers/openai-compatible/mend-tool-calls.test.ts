import { expect, test } from 'vitest';
import { createToolCallMender } from './mend-tool-calls.ts';

interface Written {
  readonly index: number;
  readonly function?: { readonly arguments?: string };
  readonly custom?: { readonly input?: string };
}

test('halves of characters are put together within a call, and of each call by itself', () => {
  const mender = createToolCallMender(() => 'call_made');
  const deltas: object[][] = [
    [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":"\ud83d' } }],
    [{ index: 1, id: 'b', type: 'custom', custom: { name: 'g', input: '\ud83d' } }],
    [{ index: 0, function: { arguments: '\ude42\ud83d' } }],
    [
      { index: 1, custom: { input: '\ude80!' } },
      { index: 0, function: { arguments: '' } },
    ],
    [{ index: 0, function: { arguments: '\ude43"}' } }],
  ];
  for (const delta of deltas) mender.mend(delta);
  const entries = deltas.flat() as Written[];
  const pieces = (index: number) =>
    entries
      .filter((entry) => entry.index === index)
      .map((entry) => entry.function?.arguments ?? entry.custom?.input ?? '');
  expect(pieces(0)).toEqual(['{"x":"', '🙂', '', '🙃"}']);
  expect(pieces(1)).toEqual(['', '🚀!']);
  expect(mender.closing()).toEqual([]);
});

test('what has no half character is left as it is', () => {
  const mender = createToolCallMender(() => 'call_made');
  const head = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{"🙂":' } };
  expect(mender.mend([head])).toBe(false);
  expect(mender.mend([{ index: 0, function: { arguments: '1}' } }])).toBe(false);
});
