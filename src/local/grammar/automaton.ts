// Deterministic finite automata over code points: what every string, number and list of values becomes before it is a
// grammar, since two of them can be intersected exactly and their rules leave the engine one way to go on. Pure.
import type { CodePointSet } from './code-points.ts';

export interface Edge {
  readonly set: CodePointSet;
  readonly to: number;
}

export interface State {
  readonly accepting: boolean;
  /** Disjoint sets, each target once. */
  readonly edges: readonly Edge[];
}

/** State 0 is the start. No states at all: it accepts nothing. From every state an accepting one can be reached. */
export type Automaton = readonly State[];

export function accepts(automaton: Automaton, text: string): boolean {
  let state = automaton[0];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const edge = state?.edges.find(({ set }) => set.some(([first, last]) => first <= code && code <= last));
    state = edge && automaton[edge.to];
  }
  return state?.accepting ?? false;
}
