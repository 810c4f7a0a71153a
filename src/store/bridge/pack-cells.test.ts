import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../sql/ledger.ts';
import { createByteReader, createByteWriter } from './pack-cells.ts';

const aCell = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    '',
    'req_1',
    'settled',
    'ü',
    '€',
    '\ud800',
    'a'.repeat(255),
    'b'.repeat(256),
    'ж'.repeat(300),
  ),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0)),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt(),
);

test('cells arrive as they were, whatever they are and whichever repeat', () => {
  const writer = createByteWriter(4);
  const rows = fc.array(fc.record({ cells: fc.array(aCell, { maxLength: 40 }), repeated: fc.nat(4) }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 21 }), (parts, width) => {
      const all = parts.map(({ cells, repeated }) => Array.from({ length: repeated }, () => cells).flat());
      for (const cells of all) {
        writer.count(cells.length);
        writer.cells(cells, width);
      }
      const reader = createByteReader(writer.take().subarray(4));
      for (const cells of all) expect(reader.cells(reader.count(), width)).toEqual(cells);
      expect(reader.rest()).toHaveLength(0);
    }),
  );
});

test('what repeats from row to row is one byte', () => {
  const row: Cell[] = ['id', 'key_0123456789', 'gpt', 10_000_000_000n, 1_790_000_000_000, null];
  const writer = createByteWriter(0);
  writer.cells(row, row.length);
  const once = writer.take().length;
  writer.cells([...row, ...row, ...row], row.length);
  expect(writer.take()).toHaveLength(once + 2 * row.length);
});

test('bytes that end too early, or are something else, are refused', () => {
  const writer = createByteWriter(0);
  writer.cells(['request', 7, 2n ** 40n], 3);
  const whole = writer.take();
  for (let length = 0; length < whole.length; length++) {
    expect(() => createByteReader(whole.subarray(0, length)).cells(3, 3)).toThrow(RangeError);
  }
  expect(() => createByteReader(Buffer.of(99)).cells(1, 1)).toThrow(RangeError);
});
