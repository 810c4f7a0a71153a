// `array` with `items`, `prefixItems`, `minItems` and `maxItems`.

import { itemNode, prefixOf } from './fits.ts';
import { limits } from './limits.ts';
import { repetition } from './repetition.ts';
import type { RuleReference, Sequence } from './rules.ts';
import type { SchemaNode } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';
import { bounds } from './string-text.ts';
import type { ValueCompiler } from './value-compiler.ts';

/** Elements after those of `prefixItems` are written only where `items` says of what kind, or `minItems` asks for them. */
export function arrayRule(compiler: ValueCompiler, nodes: readonly SchemaNode[]): RuleReference {
  const { rules, json } = compiler;
  const prefix = Math.max(0, ...nodes.map(({ schema }) => (schema === false ? 0 : prefixOf(schema).length)));
  if (prefix > limits.properties) {
    throw new SchemaProblem({ path: nodes[0]?.path ?? '' }, `more than ${limits.properties} prefixItems`);
  }
  const { min, max } = bounds(nodes, 'minItems', 'maxItems');
  const element = (index: number) =>
    compiler.valueOf(nodes.flatMap((node) => itemNode(compiler.tree, node, index) ?? []));
  const isRestKnown =
    prefix === 0 || nodes.some((node) => itemNode(compiler.tree, node, prefix) !== undefined);
  const least = Math.max(min - prefix, 0);
  const most = isRestKnown ? max - prefix : least;

  if (prefix === 0) {
    const first = element(0);
    const further =
      most > 1
        ? repetition(rules, rules.add('item', [[json.comma, first]]), Math.max(least - 1, 0), most - 1)
        : [];
    return rules.add('array', [
      ...(most > 0 && max >= min ? [['[', first, ...further, ']']] : []),
      ...(min === 0 ? [['[]']] : []),
    ]);
  }
  // From the last element of the prefix back to the first; a text may end before each that is not needed.
  const following =
    most > 0 && most >= least
      ? repetition(rules, rules.add('item', [[json.comma, element(prefix)]]), least, most)
      : [];
  let rest: readonly Sequence[] = most >= least ? [[...following, ']']] : [];
  for (let index = Math.min(prefix, max) - 1; index >= 0; index -= 1) {
    const isLast = index + 1 >= max;
    const value = element(index);
    const after = isLast ? ']' : rules.add('elements', rest);
    rest = [[...(index === 0 ? [] : [json.comma]), value, after], ...(index >= min ? [[']']] : [])];
  }
  return rules.add('array', [['[', rules.add('elements', max === 0 ? [[']']] : rest)]]);
}
