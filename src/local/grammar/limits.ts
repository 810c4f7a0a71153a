// How large a schema and its grammar may become. A schema comes from a client: past these it is a problem, not work.

export const limits = {
  /** Schemas within schemas, and arrays and objects within values of `enum` and `const`. */
  depth: 64,
  /** What `anyOf`, `oneOf` and several types of one place may multiply to. */
  alternatives: 1_000,
  properties: 1_000,
  enumValues: 10_000,
  /** Characters of all values of `enum` and `const` of one place, as JSON; also the states of their automaton. */
  enumCharacters: 250_000,
  patternLength: 2_000,
  /** Of the automaton of one string or number. */
  states: 6_000,
  /** Steps to make that automaton: a pattern may need long for few states. */
  steps: 500_000,
  /** Steps for a whole grammar: about a second. */
  totalSteps: 1_500_000,
  /** `maxLength`, `maxItems` and their like. */
  repetitions: 1_000_000,
  rules: 20_000,
  /** Of the grammar's text, in UTF-16 units; it is all ASCII. */
  text: 1_500_000,
} as const;
