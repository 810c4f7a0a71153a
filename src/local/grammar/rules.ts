// The rules of a grammar while it is made: sequences of texts, sets of characters and references, no operators, so that
// what can never end is easy to find. Pure; printing is print-rules.ts.
import type { CodePointSet } from './code-points.ts';
import { TooComplex } from './effort.ts';
import { limits } from './limits.ts';

export interface RuleReference {
  readonly rule: number;
}

/** A text, one character of a set, or another rule. */
export type Item = string | { readonly set: CodePointSet } | RuleReference;
export type Sequence = readonly Item[];

export interface Rule {
  /** What it is for, in the grammar's text: `object`. */
  readonly hint: string;
  /** None: nothing fits. */
  readonly alternatives: readonly Sequence[];
}

export interface Rules {
  readonly all: readonly Rule[];
  add(hint: string, alternatives: readonly Sequence[]): RuleReference;
  /** A rule that others may refer to before it is known. */
  reserve(hint: string): {
    readonly reference: RuleReference;
    define(alternatives: readonly Sequence[]): void;
  };
}

/** Its calls throw `TooComplex`. */
export function createRules(): Rules {
  const all: Rule[] = [];
  const add = (hint: string, alternatives: readonly Sequence[]) => {
    if (all.length >= limits.rules) throw new TooComplex();
    return { rule: all.push({ hint, alternatives }) - 1 };
  };
  return {
    all,
    add,
    reserve(hint) {
      const reference = add(hint, []);
      return {
        reference,
        define: (alternatives) => {
          all[reference.rule] = { hint, alternatives };
        },
      };
    },
  };
}
