// Counts are exact on both sides of a block and where blocks are counted in blocks.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GrammarEngine, startGrammarEngine } from '../fixtures/grammar-engine.ts';
import { compileJsonSchema } from './grammar.ts';

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

it.each([
  [0, 0],
  [0, 1],
  [0, 63],
  [0, 64],
  [0, 65],
  [0, 200],
  [63, 64],
  [64, 64],
  [65, 130],
  [150, 200],
  [0, 4_095],
  [0, 4_097],
  [4_100, 4_300],
])('from %i to %i', (min, max) => {
  const strings = compileJsonSchema(
    { type: 'string', minLength: min, maxLength: max },
    { strict: true },
  ).text;
  const arrays = compileJsonSchema(
    { type: 'array', items: { const: 1 }, minItems: min, maxItems: max },
    { strict: true },
  ).text;
  const lengths = [
    0,
    1,
    62,
    63,
    64,
    65,
    127,
    128,
    199,
    min - 1,
    min,
    min + 1,
    max - 1,
    max,
    max + 1,
    max + 64,
  ];
  for (const length of lengths.filter((one) => one >= 0)) {
    const isWithin = length >= min && length <= max;
    expect(engine.fits(strings, `"${'x'.repeat(length)}"`), `string of ${length}`).toBe(isWithin);
    expect(engine.fits(arrays, JSON.stringify(new Array(length).fill(1))), `array of ${length}`).toBe(
      isWithin,
    );
  }
});

it('has few rules for large counts', () => {
  const { text } = compileJsonSchema({ type: 'string', maxLength: 1_000_000 }, { strict: true });
  expect(text.split('\n').length).toBeLessThan(400);
});
