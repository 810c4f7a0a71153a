// Random schemas: what is made to fit is let through, what Ajv refuses is not.
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GrammarEngine, startGrammarEngine } from '../fixtures/grammar-engine.ts';
import { anyJson, samples } from '../fixtures/random-schemas.ts';
import { compileJsonSchema } from './grammar.ts';

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const validatorOf = (schema: unknown) => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  return ajv.compile(schema as object);
};

/** A value and one that differs from it somewhere. */
const pairs = samples.chain(({ schema, value }) =>
  fc.record({ schema: fc.constant(schema), value, replacement: anyJson, place: fc.nat(), kind: fc.nat(4) }),
);

it('lets through what fits, as JSON.stringify writes it and with a blank after commas and colons', () => {
  fc.assert(
    fc.property(
      samples.chain(({ schema, value }) => fc.record({ schema: fc.constant(schema), value })),
      ({ schema, value }) => {
        fc.pre(validatorOf(schema)(value));
        const { text } = compileJsonSchema(schema, { strict: true });
        expect(engine.fits(text, JSON.stringify(value))).toBe(true);
        expect(engine.fits(text, spaced(value))).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
}, 240_000);

it('lets nothing through that Ajv refuses', () => {
  let refused = 0;
  fc.assert(
    fc.property(pairs, ({ schema, value, replacement, place, kind }) => {
      const validate = validatorOf(schema);
      const { text } = compileJsonSchema(schema, { strict: true });
      const changed = mutate(value, place, kind, replacement);
      if (validate(changed)) return;
      refused += 1;
      expect(engine.fits(text, JSON.stringify(changed)), JSON.stringify(changed)).toBe(false);
    }),
    { numRuns: 250 },
  );
  expect(refused).toBeGreaterThan(100);
}, 240_000);

/** As Python writes JSON. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
    .join(', ')}}`;
}

/** Replaces, removes or adds at one place somewhere in the value. */
function mutate(value: unknown, place: number, kind: number, replacement: unknown): unknown {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const index = place % (parts.length + 1);
  const part = parts[index];
  if (part === undefined) {
    if (kind === 0 && typeof value === 'string') return `${value}x`;
    if (kind === 1 && typeof value === 'string') return value.slice(1);
    if (kind === 0 && typeof value === 'number') return value + 1;
    if (kind === 1 && typeof value === 'number') return -value * 3;
    if (kind === 2 && Array.isArray(value)) return [...value, replacement];
    if (kind === 2 && parts.length > 0) return { ...(value as object), added: replacement };
    return replacement;
  }
  const [name, member] = part;
  const changed = kind === 3 ? [] : [[name, mutate(member, Math.floor(place / 3), kind, replacement)]];
  const entries = [...parts.slice(0, index), ...changed, ...parts.slice(index + 1)] as [string, unknown][];
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}
