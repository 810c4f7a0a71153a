// `integer` and `number` with `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` and `multipleOf`.
import { type AnyValue, mostIntegerDigits } from './any-value.ts';
import type { Automaton } from './automaton.ts';
import { textRule } from './automaton-rules.ts';
import { intersect } from './combine-automata.ts';
import { TooComplex } from './effort.ts';
import { type Bound, decimalsBetween, integersBetween, multiplesOf } from './number-text.ts';
import type { RuleReference, Rules } from './rules.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';

/** Bounds further out than the 15 digits of what is written are none. */
export function numberRule(
  { rules, json, tree }: { rules: Rules; json: AnyValue; tree: SchemaTree },
  type: 'integer' | 'number',
  nodes: readonly SchemaNode[],
): RuleReference {
  const min = tightest(nodes, 'minimum', 'exclusiveMinimum', (a, b) => a > b);
  const max = tightest(nodes, 'maximum', 'exclusiveMaximum', (a, b) => a < b);
  checkReach(min, nodes, -1);
  checkReach(max, nodes, 1);
  const divisors = divisorsOf(tree, nodes);
  if (min === undefined && max === undefined && divisors.length === 0) return json[type];
  if (type === 'number' && divisors.length === 0)
    return textRule(rules, type, decimalsBetween(min, max, tree.effort));
  let automaton = integersBetween(min && leastInteger(min), max && greatestInteger(max), tree.effort);
  for (const { divisor, node } of divisors) automaton = multiples(tree, automaton, divisor, node);
  return textRule(rules, 'integer', automaton);
}

function multiples(tree: SchemaTree, automaton: Automaton, divisor: number, node: SchemaNode): Automaton {
  try {
    return intersect(automaton, multiplesOf(divisor, tree.effort), tree.effort);
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
    if (!tree.strict) return automaton;
    throw new SchemaProblem(
      { path: node.path, keyword: 'multipleOf' },
      `${divisor} is too large with these bounds`,
    );
  }
}

/** A lower bound above all that can be written, or an upper one below. */
function checkReach(bound: Bound | undefined, nodes: readonly SchemaNode[], direction: 1 | -1): void {
  if (bound === undefined || bound.value * direction > -(10 ** mostIntegerDigits)) return;
  throw new SchemaProblem(
    { path: nodes[0]?.path ?? '', keyword: direction > 0 ? 'maximum' : 'minimum' },
    `numbers of more than ${mostIntegerDigits} digits are not supported`,
  );
}

function tightest(
  nodes: readonly SchemaNode[],
  inclusive: string,
  exclusive: string,
  isTighter: (a: number, b: number) => boolean,
): Bound | undefined {
  let found: Bound | undefined;
  for (const { schema } of nodes) {
    if (schema === false) continue;
    for (const keyword of [inclusive, exclusive]) {
      const value = schema[keyword];
      if (typeof value !== 'number') continue;
      const bound = { value, exclusive: keyword === exclusive };
      const isFirst = found === undefined || isTighter(value, found.value);
      if (isFirst || (value === found?.value && bound.exclusive)) found = bound;
    }
  }
  return found;
}

const leastInteger = ({ value, exclusive }: Bound) =>
  exclusive ? BigInt(Math.floor(value)) + 1n : BigInt(Math.ceil(value));
const greatestInteger = ({ value, exclusive }: Bound) =>
  exclusive ? BigInt(Math.ceil(value)) - 1n : BigInt(Math.floor(value));

/** Fractions such as 0.01 are no multiples of anything in floating point, so no validator would agree. */
function divisorsOf(tree: SchemaTree, nodes: readonly SchemaNode[]) {
  return nodes.flatMap((node) => {
    const divisor = node.schema === false ? undefined : node.schema.multipleOf;
    if (typeof divisor !== 'number') return [];
    if (Number.isSafeInteger(divisor)) return [{ divisor, node }];
    if (!tree.strict) return [];
    throw new SchemaProblem({ path: node.path, keyword: 'multipleOf' }, 'is supported for integers only');
  });
}
