// Hundreds of values or names at one place: the engine compares every way that is open with every token, so there have
// to be few, whatever the schema's size.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GrammarEngine, startGrammarEngine } from '../fixtures/grammar-engine.ts';
import { compileJsonSchema } from './grammar.ts';
import { limits } from './limits.ts';

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const strict = (schema: unknown) => compileJsonSchema(schema, { strict: true }).text;
const list = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

/** The most ways to go on that are open at one place of a grammar: what begins with a rule is as many as that rule. */
function mostOpen(grammar: string): number {
  const rules = new Map<string, (string | undefined)[]>();
  for (const line of grammar.trimEnd().split('\n')) {
    const [name = '', body = ''] = line.split(/ ::= (.*)/);
    const items = body.match(/"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|\||[a-z][\w-]*/g) ?? [];
    rules.set(
      name,
      items.filter((_, index) => index === 0 || items[index - 1] === '|'),
    );
  }
  const known = new Map<string, number>();
  const open = (rule: string): number => {
    const before = known.get(rule);
    if (before !== undefined) return before;
    known.set(rule, 1);
    const count = (rules.get(rule) ?? []).reduce(
      (sum, first) => sum + (rules.has(first ?? '') ? open(first ?? '') : 1),
      0,
    );
    known.set(rule, count);
    return count;
  };
  return Math.max(...[...rules.keys()].map(open));
}

/** Twenty letters that look drawn, always the same. */
function letters(index: number): string {
  let state = Math.imul(index + 1, 2_654_435_761) >>> 0;
  return list(20, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String.fromCharCode(97 + ((state >>> 16) % 26));
  }).join('');
}

describe('values', () => {
  const texts = list(limits.enumValues, letters);

  test('as many as there may be, of twenty characters', () => {
    const grammar = strict({ enum: texts });
    for (const index of [0, 1, 4_999, 9_999]) expect(engine.fits(grammar, `"${texts[index]}"`)).toBe(true);
    expect(engine.fits(grammar, '"abc"')).toBe(false);
    expect(mostOpen(grammar)).toBeLessThanOrEqual(26);
  });

  test.each([
    ['enum', (values: string[]) => ({ enum: values })],
    ['anyOf of const', (values: string[]) => ({ anyOf: values.map((value) => ({ const: value })) })],
    ['oneOf of enum and const', (values: string[]) => ({ oneOf: [{ enum: values }, { const: 'v' }] })],
    ['propertyNames', (values: string[]) => ({ type: 'object', propertyNames: { enum: values } })],
  ])('%s: no more ways to go on than characters', (_, schema) => {
    // Digits, the closing quote, and any value beside what propertyNames has.
    for (const count of [50, 200, 800]) {
      expect(mostOpen(strict(schema(list(count, (n) => `val-${n}`))))).toBeLessThanOrEqual(14);
    }
  });

  test('exactly those of the list, as whole values', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.string({ maxLength: 3 }),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.array(value), (values, others) => {
        const grammar = strict({ enum: values });
        // Characters below U+0020 other than white space are never written.
        const speakable = (one: string | number) => !/\\u00[01]/.test(JSON.stringify(one));
        for (const one of [...values, ...others].filter(speakable)) {
          expect(engine.fits(grammar, JSON.stringify(one)), String(one)).toBe(values.includes(one));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('names', () => {
  const members = (names: readonly string[], required: readonly string[] = []) => ({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { const: name.length }])),
    required,
    additionalProperties: false,
  });
  const written = (names: readonly string[]) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, name.length])));

  test.each([
    ['numbered', list(1_000, (n) => `prop-${n}`)],
    ['words', list(1_000, (n) => letters(n).slice(0, 4 + (n % 9)))],
  ])('%s: no more ways to go on, however many are optional', (_, names) => {
    expect(mostOpen(strict(members(names)))).toBeLessThanOrEqual(32 + 26 + 1);
    expect(mostOpen(strict(members(names, [names.at(-1) ?? ''])))).toBeLessThanOrEqual(32 + 26 + 1);
    expect(mostOpen(strict({ ...members(names), additionalProperties: true }))).toBeLessThanOrEqual(
      32 + 26 + 30,
    );
  });

  test('names that begin with each other without end are taken all the same', () => {
    const names = list(1_000, (n) => 'a'.repeat(1_000 - n));
    const grammar = strict(members(names));
    expect(engine.fits(grammar, written(['a'.repeat(700), 'aaa']))).toBe(true);
    expect(engine.fits(grammar, written(['aaa', 'a'.repeat(700)]))).toBe(false);
  });

  test('in their order, the required ones always, each once', () => {
    const name = fc.oneof(
      fc.string({
        unit: fc.constantFrom('a', 'b', 'ä', '\u{1f600}', '\u{1f601}', '"', '\\', '\n'),
        maxLength: 6,
      }),
      fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 5, maxLength: 9 }),
    );
    const names = fc.uniqueArray(
      name.filter((one) => one !== '__proto__'),
      { minLength: 33, maxLength: 110 },
    );
    const chance = fc.infiniteStream(fc.integer({ min: 0, max: 99 }));
    fc.assert(
      fc.property(names, chance, fc.boolean(), (all, draw, isOpen) => {
        const drawn = (percent: number) => (draw.next().value ?? 0) < percent;
        const required = all.filter(() => drawn(4));
        const schema = members(all, required);
        const grammar = strict(isOpen ? { ...schema, additionalProperties: { type: 'null' } } : schema);
        const chosen = all.filter((one) => required.includes(one) || drawn(30));
        const say = (list: readonly string[]) =>
          `{${list.map((one) => `${JSON.stringify(one)}: ${one.length}`).join(', ')}}`;
        expect(engine.fits(grammar, say(chosen))).toBe(true);
        const [first = all[0] ?? '', second] = chosen;
        expect(engine.fits(grammar, say([...chosen, first]))).toBe(false);
        if (second !== undefined) expect(engine.fits(grammar, say([...chosen.slice(1), first]))).toBe(false);
        for (const one of required) {
          expect(engine.fits(grammar, say(chosen.filter((other) => other !== one)))).toBe(false);
        }
        const more = `${say(chosen).slice(0, -1)}${chosen.length > 0 ? ', ' : ''}"zz": null}`;
        expect(engine.fits(grammar, more)).toBe(isOpen);
        const wrong = `${say(chosen).slice(0, -1)}${chosen.length > 0 ? ', ' : ''}${JSON.stringify(all.at(-1))}: null}`;
        expect(engine.fits(grammar, wrong)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});
