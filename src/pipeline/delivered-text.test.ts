import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeliveredText } from './delivered-text.ts';

test('is what was handed in, however it was cut and whenever it is asked for', () => {
  const asked = fc.record({ piece: fc.string({ unit: 'binary' }), look: fc.boolean() });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 100 }), (steps) => {
      const delivered = new DeliveredText();
      let expected = '';
      for (const { piece, look } of steps) {
        delivered.add(piece);
        expected += piece;
        if (look) expect(delivered.text()).toBe(expected);
      }
      expect(delivered.text()).toBe(expected);
    }),
  );
});

test('is empty when it was cleared, and goes on from there', () => {
  const delivered = new DeliveredText();
  for (let count = 0; count < 20; count++) delivered.add('x');
  delivered.clear();
  expect(delivered.text()).toBe('');
  delivered.add('y');
  expect(delivered.text()).toBe('y');
});
