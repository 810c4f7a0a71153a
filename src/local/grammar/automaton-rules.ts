// An automaton as rules: one for each state, chains of single characters written as one text. Each rule begins with a
// character, so none is left-recursive. Pure.
import type { Automaton, Edge, State } from './automaton.ts';
import { type CodePointSet, intersectionOf, rawInString, shortEscapes } from './code-points.ts';
import type { Item, RuleReference, Rules, Sequence } from './rules.ts';

/** The automaton reads the JSON text itself. */
export const textRule = (rules: Rules, hint: string, automaton: Automaton) =>
  automatonRule(rules, hint, automaton, { before: '', after: '', forms: ({ set }) => [[setItem(set)]] });

/** The automaton reads the characters of a JSON string, quotes and escapes excluded. `after` follows the last one. */
export const stringRule = (
  rules: Rules,
  hint: string,
  automaton: Automaton,
  { before = '"', after = '"' } = {},
) => automatonRule(rules, hint, automaton, { before, after, forms: ({ set }) => stringForms(set) });

interface Spelling {
  readonly before: string;
  readonly after: string;
  /** The ways to write one character of an edge. */
  forms(edge: Edge): Sequence[];
}

function automatonRule(rules: Rules, hint: string, automaton: Automaton, spelling: Spelling): RuleReference {
  if (automaton.length === 0) return rules.add(hint, []);
  const incoming = countIncoming(automaton);
  const reserved = new Map<number, RuleReference>();
  const todo: { state: State; define(alternatives: readonly Sequence[]): void }[] = [];
  const ruleOf = (number: number): RuleReference => {
    const known = reserved.get(number);
    if (known !== undefined) return known;
    const { reference, define } = rules.reserve(hint);
    reserved.set(number, reference);
    todo.push({ state: automaton[number] as State, define });
    return reference;
  };

  /** What follows up to and including the next state that needs a rule of its own. */
  const rest = (to: number): Item[] => {
    const items: Item[] = [];
    for (let number = to; ; ) {
      const state = automaton[number] as State;
      const edge = state.edges[0];
      if (edge === undefined) return [...items, spelling.after];
      const forms = spelling.forms(edge);
      const isLink =
        !state.accepting && state.edges.length === 1 && forms.length === 1 && incoming[number] === 1;
      if (!isLink) return [...items, ruleOf(number)];
      items.push(...(forms[0] ?? []));
      number = edge.to;
    }
  };

  const start = ruleOf(0);
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { state, define } = next;
    const alternatives: Sequence[] = state.edges.flatMap((edge) => {
      const following = rest(edge.to);
      return spelling.forms(edge).map((form) => [...form, ...following]);
    });
    define(state.accepting ? [...alternatives, [spelling.after]] : alternatives);
  }
  return spelling.before === '' ? start : rules.add(hint, [[spelling.before, start]]);
}

function countIncoming(automaton: Automaton): number[] {
  const incoming: number[] = new Array(automaton.length).fill(0);
  for (const { edges } of automaton) {
    for (const { to } of edges) incoming[to] = (incoming[to] ?? 0) + 1;
  }
  return incoming;
}

function setItem(set: CodePointSet): Item {
  const range = set[0];
  return set.length === 1 && range !== undefined && range[0] === range[1]
    ? String.fromCodePoint(range[0])
    : { set };
}

/** As JSON.stringify writes them, so a text has one spelling and a key is what it seems. */
function stringForms(set: CodePointSet): Sequence[] {
  const raw = intersectionOf(set, rawInString);
  const letters = [...shortEscapes]
    .filter(([code]) => set.some(([first, last]) => first <= code && code <= last))
    .map(([, letter]): [number, number] => [letter.charCodeAt(0), letter.charCodeAt(0)])
    .sort((a, b) => a[0] - b[0]);
  return [
    ...(raw.length > 0 ? [[setItem(raw)]] : []),
    ...(letters.length > 0 ? [['\\', setItem(letters)]] : []),
  ];
}
