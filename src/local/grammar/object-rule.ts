// `object` with `properties`, `required`, `additionalProperties`, `propertyNames`, `minProperties` and `maxProperties`.
// Members come in the order of `properties`, then of `required`, then the others; so two rules a property are enough
// for every choice of optional ones.
import { alternativesOf } from './alternatives.ts';
import { type Automaton, accepts } from './automaton.ts';
import { stringRule } from './automaton-rules.ts';
import { anyInString } from './code-points.ts';
import { difference, lengthAutomaton } from './combine-automata.ts';
import { additionalNode, propertyNode } from './fits.ts';
import { isObject } from './keywords.ts';
import { limits } from './limits.ts';
import { listAutomaton } from './list-automaton.ts';
import { literalsOf } from './literals.ts';
import { type ListedName, type NameTree, nameTrees, treeRules } from './name-tree.ts';
import type { RuleReference, Sequence } from './rules.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';
import { bounds, lengthBounds, patternAutomaton } from './string-text.ts';
import type { ValueCompiler } from './value-compiler.ts';

/** Its name is as JSON has it, without the opening quote. */
interface Member extends ListedName {
  /** The colon and the value. */
  readonly value: Sequence;
}

export function objectRule(compiler: ValueCompiler, nodes: readonly SchemaNode[]): RuleReference {
  const { rules, json } = compiler;
  const names = namesOf(nodes);
  const members = membersOf(compiler, nodes, names);
  const other = otherMember(compiler, nodes, [...names.keys()]);
  const { min, max } = memberBounds(compiler, nodes, members, other !== undefined);
  /** Beyond this the number of members written does not matter. */
  const mostCounted = max === Number.POSITIVE_INFINITY ? min : max;

  // With the number of members they would be others each time.
  const trees = mostCounted === 0 ? nameTrees(members, compiler.tree.effort) : undefined;

  const known = new Map<string, RuleReference>();
  const shared = (kind: 'next' | 'rest', index: number, count: number, make: () => readonly Sequence[]) => {
    const key = `${kind} ${index} ${count}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const { reference, define } = rules.reserve('members');
    known.set(key, reference);
    define(make());
    return reference;
  };
  const isOver = (index: number, count: number) =>
    count >= min && members.slice(index).every(({ isRequired }) => !isRequired);

  /** After a member: the end, or a comma and the next. */
  const rest = (index: number, count: number): RuleReference =>
    shared('rest', index, count, () => [
      ...(count < max && (index < members.length || other) ? [[json.comma, '"', next(index, count)]] : []),
      ...(isOver(index, count) ? [['}']] : []),
    ]);
  /** After the opening quote of a name. */
  const next = (index: number, count: number): RuleReference =>
    shared('next', index, count, () => {
      const following = Math.min(count + 1, mostCounted);
      const member = members[index];
      if (member === undefined) return other === undefined ? [] : [[...other, rest(index, following)]];
      const tree = trees?.get(index);
      if (tree !== undefined) return byName(index, tree);
      return [
        [member.name, ...member.value, rest(index + 1, following)],
        ...(member.isRequired ? [] : [[next(index + 1, count)]]),
      ];
    });

  const endOfChoice = (index: number) => members.findIndex(({ isRequired }, at) => at >= index && isRequired);
  /** The members from `index` on to the next required one; or, where none is, anything else. */
  const byName = (index: number, tree: NameTree): Sequence[] => [
    [ruleOfTree(tree)],
    ...(endOfChoice(index) < 0 ? [[next(members.length, 0)]] : []),
  ];
  const ruleOfTree = treeRules(rules, (index) => {
    const { value } = members[index] as Member;
    return [...value, rest(index + 1, 0)];
  });
  return rules.add('object', [
    ...(max > 0 && (members.length > 0 || other) ? [['{"', next(0, 0)]] : []),
    ...(isOver(0, 0) ? [['{}']] : []),
  ]);
}

/** Every name that has a schema or is required, with whether it is. */
function namesOf(nodes: readonly SchemaNode[]): Map<string, boolean> {
  const names = new Map<string, boolean>();
  for (const { schema } of nodes) {
    if (schema === false || !isObject(schema.properties)) continue;
    for (const name of Object.keys(schema.properties)) names.set(name, false);
  }
  for (const { schema } of nodes) {
    if (schema === false || !Array.isArray(schema.required)) continue;
    for (const name of schema.required) names.set(name, true);
  }
  const [first] = nodes;
  if (names.size > limits.properties && first !== undefined) {
    throw new SchemaProblem(
      { path: first.path, keyword: 'properties' },
      `more than ${limits.properties} are not supported`,
    );
  }
  return names;
}

function membersOf(
  compiler: ValueCompiler,
  nodes: readonly SchemaNode[],
  names: Map<string, boolean>,
): Member[] {
  const { rules, json, tree } = compiler;
  const allowed = nameAutomaton(compiler, nodes);
  const fits = (name: string) => allowed === undefined || accepts(allowed, name);
  tree.effort.spend(nodes.length * names.size);
  return [...names].map(([name, isRequired]): Member => {
    const schemas = nodes.flatMap((node) => propertyNode(tree, node, name) ?? []);
    const value = fits(name) ? compiler.valueOf(schemas) : rules.add('none', []);
    return { isRequired, name: JSON.stringify(name).slice(1), value: [json.colon, value] };
  });
}

/** Where `additionalProperties` is absent, only an object that says nothing of its properties has others. */
function otherMember(
  compiler: ValueCompiler,
  nodes: readonly SchemaNode[],
  names: readonly string[],
): Sequence | undefined {
  const { rules, json, tree } = compiler;
  const schemas = nodes.flatMap((node) =>
    // Only without `strict` can there be `patternProperties`, which may allow what this would not.
    node.schema === false || 'patternProperties' in node.schema
      ? []
      : (additionalNode(tree, node, node.schema.additionalProperties) ?? []),
  );
  const isClosed = nodes.some((node) => isClosedByUnevaluated(tree, node));
  const isFree = names.length === 0 && !isClosed;
  if (schemas.some(({ schema }) => schema === false) || (schemas.length === 0 && !isFree)) return undefined;
  const allowed =
    nameAutomaton(compiler, nodes) ?? lengthAutomaton(anyInString, 0, Number.POSITIVE_INFINITY, tree.effort);
  const automaton = difference(allowed, listAutomaton(names, tree.effort), tree.effort);
  return [stringRule(rules, 'name', automaton, { before: '' }), json.colon, compiler.valueOf(schemas)];
}

/** With `allOf` and `anyOf` taken apart, what is not evaluated is what no schema here names. */
function isClosedByUnevaluated(tree: SchemaTree, { schema, path }: SchemaNode): boolean {
  if (schema === false) return false;
  if (!isObject(schema.unevaluatedProperties)) return schema.unevaluatedProperties === false;
  if (!tree.strict) return false;
  throw new SchemaProblem({ path, keyword: 'unevaluatedProperties' }, 'only false and true are supported');
}

/** `minProperties` and `maxProperties` as far as they say more than `required` and `properties` do. */
function memberBounds(
  { tree }: ValueCompiler,
  nodes: readonly SchemaNode[],
  members: readonly Member[],
  isOpen: boolean,
): { min: number; max: number } {
  let { min, max } = bounds(nodes, 'minProperties', 'maxProperties');
  if (isOpen && min > members.length + 1) {
    const place = nodes.find(({ schema }) => schema !== false && schema.minProperties === min);
    if (tree.strict) {
      const reason = 'more than 1 is supported only for named properties: no grammar keeps free names apart';
      throw new SchemaProblem({ path: place?.path ?? '', keyword: 'minProperties' }, reason);
    }
    min = members.length + 1;
  }
  if (min <= members.filter(({ isRequired }) => isRequired).length) min = 0;
  if (!isOpen && max >= members.length) max = Number.POSITIVE_INFINITY;
  return { min, max };
}

/** `propertyNames`; `undefined` where all names fit. */
function nameAutomaton({ tree, judge }: ValueCompiler, nodes: readonly SchemaNode[]): Automaton | undefined {
  const parents = nodes.filter(({ schema }) => schema !== false && 'propertyNames' in schema);
  const schemas = parents.map((node) =>
    tree.child(node, node.schema !== false && node.schema.propertyNames, 'propertyNames'),
  );
  const [parent] = parents;
  if (parent === undefined) return undefined;
  const [only, ...others] = alternativesOf(tree, schemas);
  if (only === undefined) return [];
  if (others.length > 0) {
    if (!tree.strict) return undefined;
    throw new SchemaProblem(
      { path: parent.path, keyword: 'propertyNames' },
      'anyOf and oneOf are not supported here',
    );
  }
  const literals = literalsOf(only);
  if (literals !== undefined) {
    const fitting = judge.filter(literals, only).filter((value) => typeof value === 'string');
    return listAutomaton(fitting, tree.effort);
  }
  const { min, max } = lengthBounds(only);
  return patternAutomaton(tree, only) ?? lengthAutomaton(anyInString, min, max, tree.effort);
}
