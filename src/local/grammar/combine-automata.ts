// Automata of lists and lengths, and what two automata have in common or not. Pure.
import type { Automaton } from './automaton.ts';
import { type CodePointSet, intersectionOf, without } from './code-points.ts';
import type { Effort } from './effort.ts';
import { explore } from './explore.ts';
import { limits } from './limits.ts';

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

/** Exactly these texts. */
export function listAutomaton(texts: readonly string[], effort: Effort): Automaton {
  interface Branch {
    readonly id: number;
    ends: boolean;
    readonly next: Map<number, Branch>;
  }
  let count = 0;
  const branch = (): Branch => ({ id: count++, ends: false, next: new Map() });
  const root = branch();
  for (const text of texts) {
    let at = root;
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      const following = at.next.get(code) ?? branch();
      at.next.set(code, following);
      at = following;
    }
    at.ends = true;
  }
  return explore(
    root,
    {
      key: ({ id }) => String(id),
      accepting: ({ ends }) => ends,
      *edges({ next }) {
        for (const [code, to] of next) yield { set: [[code, code]], to };
      },
    },
    effort,
    limits.enumCharacters,
  );
}

const isAccepting = (automaton: Automaton, state: number) => automaton[state]?.accepting ?? false;
const edgesOf = (automaton: Automaton, state: number) => automaton[state]?.edges ?? [];
