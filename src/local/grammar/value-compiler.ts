// What the rules of objects and arrays need in order to compile what is inside of them.
import type { AnyValue } from './any-value.ts';
import type { Judge } from './fits.ts';
import type { RuleReference, Rules } from './rules.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';

export interface ValueCompiler {
  readonly rules: Rules;
  readonly json: AnyValue;
  readonly tree: SchemaTree;
  readonly judge: Judge;
  /** Values that fit all of `nodes`; any value if there are none. A rule without alternatives if nothing does. */
  valueOf(nodes: readonly SchemaNode[]): RuleReference;
}

/** The rules that several schemas of one grammar share. */
export interface SharedRules {
  readonly rules: Rules;
  readonly json: AnyValue;
}
