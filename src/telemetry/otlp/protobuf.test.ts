// The encoder against an implementation that is not ours: whatever values are in a message, both write the same bytes.
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { encodeProtobuf, type Shape } from './protobuf.ts';

const { root } = protobuf.parse(`syntax = "proto3";
  message All {
    optional string text = 1; optional bool flag = 2; optional int64 integer = 3; optional double real = 4;
    optional fixed64 nanos = 5; optional bytes id = 6;
    repeated double reals = 7; repeated fixed64 counts = 8; All inner = 16; repeated All many = 3000;
  }`);
const all = root.lookupType('All');
const inner: Shape = {
  text: [1, 'string'],
  flag: [2, 'bool'],
  integer: [3, 'int64'],
  real: [4, 'double'],
  nanos: [5, 'fixed64'],
  id: [6, 'bytes'],
  reals: [7, 'double'],
  counts: [8, 'fixed64'],
};
const middle: Shape = { ...inner, inner: [16, inner], many: [3000, inner] };
const shape: Shape = { ...middle, inner: [16, middle], many: [3000, middle] };

const count = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const members = {
  // Long ones make the length of what they are in take two and three bytes.
  text: fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat(2000)).map(([text, times]) => text.repeat(times)),
  flag: fc.boolean(),
  integer: fc.maxSafeInteger().map(String),
  real: fc.double({ noNaN: true }),
  nanos: count,
  id: fc.uint8Array({ maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  reals: fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
  counts: fc.array(count, { minLength: 1 }),
};
const leaf = fc.record(members, { requiredKeys: [] });
const branch = (of: fc.Arbitrary<object>) =>
  fc.record({ ...members, inner: of, many: fc.array(of, { maxLength: 4 }) }, { requiredKeys: [] });

/** As protobufjs wants it: bytes as bytes; members in the order of their numbers, in which it writes them. */
function theirs(message: object): object {
  const known = Object.entries(message).map(([name, value]) => {
    if (name === 'id') return [name, Buffer.from(value, 'hex')];
    if (name === 'inner') return [name, theirs(value)];
    return [name, name === 'many' ? value.map(theirs) : value];
  });
  return Object.fromEntries(known);
}

test('writes what another implementation writes', () => {
  const order = Object.keys(shape);
  const inOrder = (message: object): object =>
    Object.fromEntries(
      Object.entries(message)
        .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
        .map(([name, value]) => {
          if (name === 'inner') return [name, inOrder(value)];
          return [name, name === 'many' ? value.map(inOrder) : value];
        }),
    );
  fc.assert(
    fc.property(branch(branch(leaf)), (message) => {
      const expected = all.encode(all.fromObject(theirs(message))).finish();
      expect(Buffer.from(encodeProtobuf(inOrder(message), shape)).equals(Buffer.from(expected))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('what has no number is a mistake of ours', () => {
  expect(() => encodeProtobuf({ text: 'a', unheard: 1 }, shape)).toThrow('unheard');
  expect(encodeProtobuf({ text: undefined }, shape)).toHaveLength(0);
});
