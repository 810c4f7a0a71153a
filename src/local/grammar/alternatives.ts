// Takes a schema's `$ref`, `allOf`, `anyOf` and `oneOf` apart: what remains is a list of ways to fit, each a list of
// schemas that all have to fit and say everything themselves. Pure.
import { limits } from './limits.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';

/** All of these, without their `$ref`, `allOf`, `anyOf` and `oneOf`. */
export type Alternative = readonly SchemaNode[];

/** What fits all of `nodes`. `oneOf` is read as `anyOf`. */
export function alternativesOf(tree: SchemaTree, nodes: readonly SchemaNode[]): Alternative[] {
  return allOf(
    tree,
    nodes[0],
    nodes.map((node) => expand(tree, node, [])),
  );
}

function expand(tree: SchemaTree, node: SchemaNode, trail: readonly SchemaNode[]): Alternative[] {
  const { schema, path } = node;
  if (schema === false) return [];
  if (trail.includes(node)) {
    throw new SchemaProblem({ path, keyword: '$ref' }, 'leads back to itself without anything in between');
  }
  if (trail.length > limits.depth) throw new SchemaProblem({ path }, `nested more than ${limits.depth} deep`);
  const inside = [...trail, node];
  const parts: Alternative[][] = [[[node]]];
  if (typeof schema.$ref === 'string') parts.push(expand(tree, tree.resolve(node, schema.$ref), inside));
  for (const [index, part] of listOf(schema.allOf).entries()) {
    parts.push(expand(tree, tree.child(node, part, 'allOf', index), inside));
  }
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const options = listOf(schema[keyword]);
    if (options.length === 0) continue;
    parts.push(
      options.flatMap((option, index) => expand(tree, tree.child(node, option, keyword, index), inside)),
    );
  }
  return allOf(tree, node, parts);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** One alternative of each part, in every combination. */
function allOf(
  tree: SchemaTree,
  place: SchemaNode | undefined,
  parts: readonly Alternative[][],
): Alternative[] {
  let combined: Alternative[] = [[]];
  for (const part of parts) {
    if (combined.length * part.length > limits.alternatives) {
      throw new SchemaProblem(
        { path: place?.path ?? '' },
        `anyOf, oneOf and allOf combine to more than ${limits.alternatives} alternatives`,
      );
    }
    for (const left of combined) tree.effort.spend(part.length * (1 + left.length));
    combined = combined.flatMap((left) => part.map((right) => [...new Set([...left, ...right])]));
  }
  return combined;
}
