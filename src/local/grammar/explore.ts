// Builds an automaton by walking from its start through whatever its states are made of; states from which nothing can
// be accepted are left out, because a grammar must have no dead ends. Pure.
import type { Automaton, Edge } from './automaton.ts';
import { type CodePointSet, unionOf } from './code-points.ts';
import { type Effort, TooComplex } from './effort.ts';
import { limits } from './limits.ts';
import { minimise } from './minimise.ts';

export interface Walk<Node> {
  /** Same key, same state. */
  key(node: Node): string;
  accepting(node: Node): boolean;
  /** Disjoint sets; empty ones are ignored. */
  edges(node: Node): Iterable<{ readonly set: CodePointSet; readonly to: Node }>;
}

/** Throws `TooComplex`. */
export function explore<Node>(start: Node, walk: Walk<Node>, effort: Effort): Automaton {
  const numbers = new Map([[walk.key(start), 0]]);
  const nodes = [start];
  const states: { accepting: boolean; edges: Edge[] }[] = [];
  let steps = 0;
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at] as Node;
    const stepsBefore = steps;
    const byTarget = new Map<number, CodePointSet[]>();
    for (const { set, to } of walk.edges(node)) {
      steps += 1;
      if (steps > limits.steps || nodes.length > 2 * limits.states) throw new TooComplex();
      if (set.length === 0) continue;
      const key = walk.key(to);
      let number = numbers.get(key);
      if (number === undefined) {
        number = nodes.push(to) - 1;
        numbers.set(key, number);
      }
      const sets = byTarget.get(number);
      if (sets === undefined) byTarget.set(number, [set]);
      else sets.push(set);
    }
    const edges = [...byTarget].map(([to, sets]) => ({
      set: sets.length === 1 ? (sets[0] ?? []) : unionOf(...sets),
      to,
    }));
    effort.spend(1 + steps - stepsBefore);
    states.push({ accepting: walk.accepting(node), edges });
  }
  const small = minimise(withoutDeadEnds(states));
  if (small.length > limits.states) throw new TooComplex();
  return small;
}

function withoutDeadEnds(states: Automaton): Automaton {
  const sources = states.map((): number[] => []);
  states.forEach(({ edges }, from) => {
    for (const { to } of edges) sources[to]?.push(from);
  });
  const alive = new Set<number>();
  const todo = states.flatMap(({ accepting }, number) => (accepting ? [number] : []));
  for (let number = todo.pop(); number !== undefined; number = todo.pop()) {
    if (alive.has(number)) continue;
    alive.add(number);
    todo.push(...(sources[number] ?? []));
  }
  if (!alive.has(0)) return [];
  if (alive.size === states.length) return states;
  const renumbered = new Map([...alive].sort((a, b) => a - b).map((number, index) => [number, index]));
  return [...renumbered.keys()].map((number) => ({
    accepting: states[number]?.accepting ?? false,
    edges: (states[number]?.edges ?? []).flatMap(({ set, to }) => {
      const target = renumbered.get(to);
      return target === undefined ? [] : [{ set, to: target }];
    }),
  }));
}
