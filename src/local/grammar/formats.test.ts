// What a format's pattern lets through is valid by Ajv, whichever way through its automaton is taken.
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Automaton, accepts } from './automaton.ts';
import { anyInString } from './code-points.ts';
import { anyMatch } from './determinise.ts';
import { createEffort } from './effort.ts';
import { formatPatterns } from './formats.ts';
import { parsePattern } from './parse-pattern.ts';

const automata = new Map(
  [...formatPatterns].map(([name, source]) => [
    name,
    anyMatch(parsePattern(source), anyInString, createEffort()),
  ]),
);
const ajv = new Ajv2020();
formats.default(ajv);

/** A text on the way that `choices` take; what is left over ends it as soon as it may. */
function walk(automaton: Automaton, choices: readonly number[]): string | undefined {
  let text = '';
  let state = automaton[0];
  for (const choice of choices) {
    if (state === undefined || (state.accepting && choice % 7 === 0)) break;
    const edge = state.edges[choice % Math.max(1, state.edges.length)];
    if (edge === undefined) break;
    const range = edge.set[choice % edge.set.length] ?? [0x61, 0x61];
    text += String.fromCodePoint(range[0] + (choice % (range[1] - range[0] + 1)));
    state = automaton[edge.to];
  }
  return state?.accepting ? text : undefined;
}

describe.each([...automata])('%s', (name, automaton) => {
  it('lets through only what Ajv takes', () => {
    const validate = ajv.compile({ type: 'string', format: name });
    let tried = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 80, maxLength: 80 }), (choices) => {
        const text = walk(automaton, choices);
        if (text === undefined) return;
        tried += 1;
        expect(accepts(automaton, text)).toBe(true);
        expect(validate(text), text).toBe(true);
      }),
      { numRuns: 1_500 },
    );
    expect(tried).toBeGreaterThan(200);
  });
});

it.each([
  [
    'date',
    ['2024-02-29', '2000-02-29', '2023-12-31', '2023-04-30'],
    ['2023-02-29', '1900-02-29', '2023-04-31', '2023-13-01', '2023-1-1', ''],
  ],
  ['time', ['23:59:59Z', '00:00:00.123+05:30'], ['24:00:00Z', '12:60:00Z', '12:00:00', '12:00Z']],
  [
    'date-time',
    ['2024-02-29T12:00:00Z', '2023-01-01T00:00:00.5-08:00'],
    ['2023-01-01', '2023-01-01 00:00:00Z', '2023-02-30T00:00:00Z'],
  ],
  ['duration', ['P1D', 'PT1H30M', 'P1Y2M3DT4H', 'P3W'], ['P', 'PT', '1D', 'P1S', 'P1DT']],
  [
    'uuid',
    ['123e4567-e89b-12d3-a456-426614174000'],
    ['123e4567e89b12d3a456426614174000', '123e4567-e89b-12d3-a456-42661417400g'],
  ],
  [
    'email',
    ['a.b+c@example.org', "o'neil@mail.example.com"],
    ['a@b', '@example.org', 'a b@example.org', 'a..b@example.org', 'a@-b.org'],
  ],
  ['hostname', ['localhost', 'a-b.example.org'], ['-a.org', 'a..b', 'a_b']],
  ['ipv4', ['0.0.0.0', '255.255.255.255'], ['256.0.0.1', '1.2.3', '01.2.3.4']],
  ['ipv6', ['::1', '::', '2001:db8:0:0:0:0:0:1', 'fe80::1'], ['1', ':::', '2001:db8']],
  [
    'uri',
    ['https://example.org/a/b?c=d#e', 'http://localhost:8080'],
    ['example.org', 'https://', 'https://a b'],
  ],
])('%s has the usual forms', (name, accepted, refused) => {
  const automaton = automata.get(name) ?? [];
  for (const text of accepted) expect(accepts(automaton, text), text).toBe(true);
  for (const text of refused) expect(accepts(automaton, text), text).toBe(false);
});
