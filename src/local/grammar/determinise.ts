// A regular expression as an automaton: Thompson's construction, then subsets. Pure.
import type { Automaton, Edge } from './automaton.ts';
import { type CodePointSet, intersectionOf } from './code-points.ts';
import { type Effort, TooComplex } from './effort.ts';
import { explore } from './explore.ts';
import { limits } from './limits.ts';
import { type Expression, oneOf, repeat, sequence } from './regular-expression.ts';

interface Node {
  readonly steps: { readonly to: number; readonly anchor?: 'start' | 'end' }[];
  edge?: Edge;
}

interface Nodes {
  readonly nodes: readonly Node[];
  readonly start: number;
  readonly end: number;
}

/** Expects the whole text to match. Throws `TooComplex`. */
export function wholeMatch(expression: Expression, alphabet: CodePointSet, effort: Effort): Automaton {
  return subsets(thompson(expression, alphabet), effort, false);
}

/** Expects a match anywhere in the text, as `RegExp.prototype.test` does. */
export function anyMatch(expression: Expression, alphabet: CodePointSet, effort: Effort): Automaton {
  const anything = repeat(oneOf(alphabet), 0, Number.POSITIVE_INFINITY);
  return subsets(thompson(sequence(anything, expression, anything), alphabet), effort, true);
}

/** `isFinal`: whoever has reached the end accepts whatever follows, so the other ways to go on do not matter. */
function subsets({ nodes, start, end }: Nodes, effort: Effort, isFinal: boolean): Automaton {
  let work = 0;
  const reach = (from: readonly number[], isStart: boolean, isEnd: boolean) => {
    const reached = reachable(nodes, from, isStart, isEnd);
    work += reached.length;
    effort.spend(reached.length);
    if (work > limits.steps) throw new TooComplex();
    if (isFinal && !isEnd && reached.includes(end)) return reachable(nodes, [end], isStart, isEnd);
    return reached;
  };
  interface Subset {
    readonly states: readonly number[];
    readonly isStart: boolean;
  }
  return explore<Subset>(
    { states: reach([start], true, false), isStart: true },
    {
      key: ({ states, isStart }) => (isStart ? '^' : '') + states.join(' '),
      accepting: ({ states, isStart }) => reach(states, isStart, true).includes(end),
      *edges({ states }) {
        const edges = states.flatMap((state) => nodes[state]?.edge ?? []);
        const pieces = splitEdges(edges);
        work += edges.length * pieces.length;
        effort.spend(edges.length * pieces.length);
        for (const { set, targets } of pieces) {
          yield { set, to: { states: reach(targets, false, false), isStart: false } };
        }
      },
    },
    effort,
  );
}

function thompson(expression: Expression, alphabet: CodePointSet): Nodes {
  const nodes: Node[] = [];
  const node = () => nodes.push({ steps: [] }) - 1;
  let parts = 0;
  const link = (from: number, to: number, anchor?: 'start' | 'end') =>
    nodes[from]?.steps.push(anchor === undefined ? { to } : { to, anchor });

  /** Adds `part` after `from`; the result is its end. */
  const add = (part: Expression, from: number): number => {
    // Counts parts, not nodes: an empty group makes none, however often it is repeated.
    parts += 1;
    if (parts > 4 * limits.states) throw new TooComplex();
    switch (part.kind) {
      case 'characters': {
        const before = node();
        const after = node();
        link(from, before);
        (nodes[before] as Node).edge = { set: intersectionOf(part.set, alphabet), to: after };
        return after;
      }
      case 'sequence':
        return part.parts.reduce((at, next) => add(next, at), from);
      case 'choice': {
        const after = node();
        for (const option of part.options) link(add(option, from), after);
        return after;
      }
      case 'repeat': {
        let at = from;
        for (let times = 0; times < part.min; times += 1) at = add(part.part, at);
        if (part.max === Number.POSITIVE_INFINITY) {
          const loop = node();
          link(at, loop);
          link(add(part.part, loop), loop);
          return loop;
        }
        const after = node();
        link(at, after);
        for (let times = part.min; times < part.max; times += 1) {
          at = add(part.part, at);
          link(at, after);
        }
        return after;
      }
      case 'start':
      case 'end': {
        const after = node();
        link(from, after, part.kind);
        return after;
      }
    }
  };
  const start = node();
  return { nodes, start, end: add(expression, start) };
}

/** All that can be reached without a character. Sorted. */
function reachable(
  nodes: readonly Node[],
  from: readonly number[],
  isStart: boolean,
  isEnd: boolean,
): number[] {
  const seen = new Set<number>();
  const todo = [...from];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { to, anchor } of nodes[at]?.steps ?? []) {
      if (anchor === undefined || (anchor === 'start' ? isStart : isEnd)) todo.push(to);
    }
  }
  return [...seen].sort((a, b) => a - b);
}

/** Edges of overlapping sets as edges of disjoint ones, to several targets each. */
function splitEdges(edges: readonly Edge[]): { set: CodePointSet; targets: number[] }[] {
  const bounds = new Set<number>();
  for (const { set } of edges) {
    for (const [first, last] of set) bounds.add(first).add(last + 1);
  }
  const sorted = [...bounds].sort((a, b) => a - b);
  const pieces = new Map<string, { set: [number, number][]; targets: number[] }>();
  sorted.forEach((first, index) => {
    const last = (sorted[index + 1] ?? first) - 1;
    const targets = edges
      .filter(({ set }) => set.some((range) => range[0] <= first && first <= range[1]))
      .map(({ to }) => to);
    if (targets.length === 0) return;
    const key = targets.join(' ');
    const piece = pieces.get(key);
    if (piece === undefined) pieces.set(key, { set: [[first, last]], targets });
    else piece.set.push([first, last]);
  });
  return [...pieces.values()];
}
