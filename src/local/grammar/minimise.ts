// Joins states of an automaton that accept the same rest: a shorter grammar. Moore's algorithm, or for automata without
// circles, where that is slow, one pass from the ends. Pure.
import type { Automaton, State } from './automaton.ts';
import { unionOf } from './code-points.ts';

/** Moore's rounds cost a pass each; an automaton that needs more stays as it is. */
const mostRounds = 60;

export function minimise(automaton: Automaton): Automaton {
  if (automaton.length < 2) return automaton;
  const order = fromTheEnds(automaton);
  const classes = order === undefined ? byRounds(automaton) : byOnePass(automaton, order);
  if (classes === undefined) return automaton;
  const joined: State[] = [];
  // The classes in order of first sight, so that the start stays first.
  const numbers = new Map<number, number>();
  for (const name of classes) if (!numbers.has(name)) numbers.set(name, numbers.size);
  if (numbers.size === automaton.length) return automaton;
  automaton.forEach((state, index) => {
    const number = numbers.get(classes[index] ?? 0) ?? 0;
    joined[number] ??= {
      accepting: state.accepting,
      edges: joinEdges(state, (to) => numbers.get(classes[to] ?? 0) ?? 0),
    };
  });
  return joined;
}

function joinEdges(state: State, classOf: (state: number) => number): State['edges'] {
  const targets = new Map<number, State['edges'][number]['set']>();
  for (const { set, to } of state.edges) {
    const target = classOf(to);
    const known = targets.get(target);
    targets.set(target, known === undefined ? set : unionOf(known, set));
  }
  return [...targets].sort(([a], [b]) => a - b).map(([to, set]) => ({ set, to }));
}

/** States with every target before its sources; `undefined` if there is a circle. */
function fromTheEnds(automaton: Automaton): number[] | undefined {
  const order: number[] = [];
  const missing = automaton.map(({ edges }) => edges.length);
  const sources = automaton.map((): number[] => []);
  automaton.forEach(({ edges }, from) => {
    for (const { to } of edges) sources[to]?.push(from);
  });
  const ready = missing.flatMap((count, state) => (count === 0 ? [state] : []));
  for (let state = ready.pop(); state !== undefined; state = ready.pop()) {
    order.push(state);
    for (const source of sources[state] ?? []) {
      missing[source] = (missing[source] ?? 0) - 1;
      if (missing[source] === 0) ready.push(source);
    }
  }
  return order.length === automaton.length ? order : undefined;
}

function byOnePass(automaton: Automaton, order: readonly number[]): number[] {
  const classes: number[] = new Array(automaton.length).fill(0);
  const names = new Map<string, number>();
  for (const index of order)
    classes[index] = nameOf(names, signature(automaton[index] as State, classes, ''));
  return classes;
}

function byRounds(automaton: Automaton): number[] | undefined {
  let classes: number[] = automaton.map(({ accepting }) => (accepting ? 1 : 0));
  let count = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const names = new Map<string, number>();
    const previous = classes;
    classes = automaton.map((state, index) =>
      nameOf(names, signature(state, previous, `${previous[index]};`)),
    );
    if (names.size === count) return classes;
    count = names.size;
  }
  return undefined;
}

function nameOf(names: Map<string, number>, signature: string): number {
  const known = names.get(signature);
  if (known !== undefined) return known;
  names.set(signature, names.size);
  return names.size - 1;
}

function signature(state: State, classes: readonly number[], prefix: string): string {
  const edges = joinEdges(state, (to) => classes[to] ?? 0);
  return `${prefix}${state.accepting}${edges.map(({ set, to }) => `:${set.join(' ')}>${to}`).join('')}`;
}
