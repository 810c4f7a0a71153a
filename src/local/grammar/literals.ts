// The values of `enum` and `const`, and how they are written: without white space, or with a blank after each `,` and
// `:`, which is how models know JSON.
import type { Alternative } from './alternatives.ts';
import { isObject } from './keywords.ts';
import { limits } from './limits.ts';
import type { SchemaNode } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';

export interface Literals {
  readonly values: readonly unknown[];
  /** The schema whose `enum` or `const` this is. */
  readonly source: SchemaNode;
}

/** What there is to choose from, before other keywords are asked; `undefined` if anything. Throws `SchemaProblem`. */
export function literalsOf(nodes: Alternative): Literals | undefined {
  for (const source of nodes) {
    if (source.schema === false) continue;
    const keyword = 'const' in source.schema ? 'const' : 'enum' in source.schema ? 'enum' : undefined;
    if (keyword === undefined) continue;
    const values = keyword === 'const' ? [source.schema.const] : (source.schema.enum as readonly unknown[]);
    checkSize({ path: source.path, keyword }, values);
    return { values, source };
  }
  return undefined;
}

function checkSize(
  place: { readonly path: string; readonly keyword: string },
  values: readonly unknown[],
): void {
  if (values.length > limits.enumValues) {
    throw new SchemaProblem(place, `more than ${limits.enumValues} values are not supported`);
  }
  let length = 0;
  for (const value of values) {
    if (!isShallow(value, limits.depth)) {
      throw new SchemaProblem(place, `a value is nested more than ${limits.depth} deep`);
    }
    length += JSON.stringify(value).length;
    if (length > limits.enumCharacters) {
      throw new SchemaProblem(place, `values of more than ${limits.enumCharacters} characters in all`);
    }
  }
}

function isShallow(value: unknown, depth: number): boolean {
  const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : undefined;
  return parts === undefined || (depth > 0 && parts.every((part) => isShallow(part, depth - 1)));
}

export const literalTexts = (values: readonly unknown[]): string[] => [
  ...new Set(values.flatMap((value) => [JSON.stringify(value), spaced(value)])),
];

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`);
  return `{${members.join(', ')}}`;
}
