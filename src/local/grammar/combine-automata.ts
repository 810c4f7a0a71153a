// Automata of lengths, and what two automata have in common or not. Pure.
import type { Automaton } from './automaton.ts';
import { type CodePointSet, intersectionOf, without } from './code-points.ts';
import type { Effort } from './effort.ts';
import { explore } from './explore.ts';

export function intersect(a: Automaton, b: Automaton, effort: Effort): Automaton {
  return explore(
    [0, 0] as const,
    {
      key: String,
      accepting: ([left, right]) => isAccepting(a, left) && isAccepting(b, right),
      *edges([left, right]) {
        for (const one of edgesOf(a, left)) {
          for (const other of edgesOf(b, right)) {
            yield { set: intersectionOf(one.set, other.set), to: [one.to, other.to] as const };
          }
        }
      },
    },
    effort,
  );
}

/** What `a` accepts and `b` does not. */
export function difference(a: Automaton, b: Automaton, effort: Effort): Automaton {
  const dead = -1;
  return explore(
    [0, 0] as readonly [number, number],
    {
      key: String,
      accepting: ([left, right]) => isAccepting(a, left) && !isAccepting(b, right),
      *edges([left, right]) {
        for (const one of edgesOf(a, left)) {
          let rest = one.set;
          for (const other of edgesOf(b, right)) {
            yield { set: intersectionOf(one.set, other.set), to: [one.to, other.to] as const };
            rest = without(rest, other.set);
          }
          yield { set: rest, to: [one.to, dead] as const };
        }
      },
    },
    effort,
  );
}

/** Strings of `min` to `max` characters of `set`; `max` may be Infinity. */
export function lengthAutomaton(set: CodePointSet, min: number, max: number, effort: Effort): Automaton {
  const last = max === Number.POSITIVE_INFINITY ? min : max;
  return explore(
    0,
    {
      key: String,
      accepting: (length) => length >= min,
      *edges(length) {
        if (length < max) yield { set, to: Math.min(length + 1, last) };
      },
    },
    effort,
  );
}

const isAccepting = (automaton: Automaton, state: number) => automaton[state]?.accepting ?? false;
const edgesOf = (automaton: Automaton, state: number) => automaton[state]?.edges ?? [];
