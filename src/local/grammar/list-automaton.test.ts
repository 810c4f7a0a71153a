import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Automaton, accepts } from './automaton.ts';
import { createEffort, TooComplex } from './effort.ts';
import { limits } from './limits.ts';
import { listAutomaton } from './list-automaton.ts';

/** Every text it accepts; it has no circles. */
function textsOf(automaton: Automaton): string[] {
  const texts: string[] = [];
  const walk = (number: number, text: string) => {
    const state = automaton[number];
    if (state?.accepting) texts.push(text);
    for (const { set, to } of state?.edges ?? []) {
      for (const [first, last] of set) {
        for (let code = first; code <= last; code += 1) walk(to, text + String.fromCodePoint(code));
      }
    }
  };
  if (automaton.length > 0) walk(0, '');
  return texts;
}

/** Of each state the texts that may follow. */
const restsOf = (automaton: Automaton): string[] =>
  automaton.map((_, from) => {
    // Targets come after their sources, so nothing leads to what is cut off.
    const rest = automaton.slice(from).map(({ accepting, edges }) => ({
      accepting,
      edges: edges.map(({ set, to }) => ({ set, to: to - from })),
    }));
    return JSON.stringify(textsOf(rest).sort());
  });

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('é', '\u{1f600}', '\ud83d', '\uffff', 'a'), maxLength: 4 }),
  fc.string({ unit: 'binary' }),
);

test('accepts the texts of the list and no others', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), fc.array(text), (list, others) => {
      const automaton = listAutomaton(list, createEffort());
      expect(textsOf(automaton).sort()).toEqual([...new Set(list)].sort());
      for (const other of others) expect(accepts(automaton, other)).toBe(list.includes(other));
    }),
  );
});

test('has no two states after which the same may follow, and one way on for each character', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), (list) => {
      const automaton = listAutomaton(list, createEffort());
      const rests = restsOf(automaton);
      expect(new Set(rests).size).toBe(rests.length);
      for (const { edges } of automaton) {
        expect(new Set(edges.map(({ to }) => to)).size).toBe(edges.length);
        const codes = edges.flatMap(({ set }) => set).sort(([a], [b]) => a - b);
        codes.slice(1).forEach(([first], index) => {
          expect(first).toBeGreaterThan(codes[index]?.[1] ?? 0);
        });
      }
    }),
  );
});

describe('size', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, n) => `val-${n}`);

  test('does not grow with the texts but with what they differ in', () => {
    expect(listAutomaton(numbered(10), createEffort())).toHaveLength(6);
    expect(listAutomaton(numbered(100), createEffort())).toHaveLength(7);
    expect(listAutomaton(numbered(10_000), createEffort())).toHaveLength(9);
  });

  test('no texts, no states; the empty text, one', () => {
    expect(listAutomaton([], createEffort())).toEqual([]);
    expect(listAutomaton(['', ''], createEffort())).toEqual([{ accepting: true, edges: [] }]);
  });

  test('is bounded', () => {
    const long = 'a'.repeat(limits.enumCharacters);
    expect(() => listAutomaton([long], createEffort())).toThrow(TooComplex);
    expect(listAutomaton([long.slice(1)], createEffort()).length).toBe(limits.enumCharacters);
  });
});
