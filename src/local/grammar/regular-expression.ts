// A regular expression as a tree, and the few ways to make one. What it means is said in automaton.ts. Pure.
import { type CodePointSet, characters } from './code-points.ts';

export type Expression =
  | { readonly kind: 'characters'; readonly set: CodePointSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  /** `max` may be Infinity. */
  | { readonly kind: 'repeat'; readonly part: Expression; readonly min: number; readonly max: number }
  /** `^` and `$`. */
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

export const oneOf = (set: CodePointSet): Expression => ({ kind: 'characters', set });
export const sequence = (...parts: readonly Expression[]): Expression => ({ kind: 'sequence', parts });
export const choice = (...options: readonly Expression[]): Expression => ({ kind: 'choice', options });
export const repeat = (part: Expression, min: number, max: number): Expression => ({
  kind: 'repeat',
  part,
  min,
  max,
});
export const optional = (part: Expression) => repeat(part, 0, 1);
export const exactly = (text: string) =>
  sequence(...[...text].map((character) => oneOf(characters(character))));
