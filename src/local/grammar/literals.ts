// The values of `enum` and `const`, and how they are written: without white space, or with a blank after each `,` and
// `:`, which is how models know JSON.
import type { Alternative } from './alternatives.ts';
import { isObject } from './keywords.ts';
import { limits } from './limits.ts';
import { SchemaProblem } from './schema-problem.ts';

/** What is left to choose from, before other keywords are asked; `undefined` if anything is. */
export function literalsOf(nodes: Alternative): readonly unknown[] | undefined {
  for (const { schema, path } of nodes) {
    if (schema === false) continue;
    if ('const' in schema) return [schema.const];
    if (!Array.isArray(schema.enum)) continue;
    if (schema.enum.length > limits.enumValues) {
      throw new SchemaProblem(
        { path, keyword: 'enum' },
        `more than ${limits.enumValues} values are not supported`,
      );
    }
    return schema.enum;
  }
  return undefined;
}

/** Throws `SchemaProblem` if the values together are too long, or one is nested too deep. */
export function literalTexts(path: string, values: readonly unknown[]): string[] {
  let length = 0;
  return values.flatMap((value) => {
    if (!isShallow(value, limits.depth)) {
      throw new SchemaProblem({ path }, `a value nested more than ${limits.depth} deep`);
    }
    const texts = [...new Set([JSON.stringify(value), spaced(value)])];
    for (const text of texts) length += text.length;
    if (length > limits.enumCharacters) {
      throw new SchemaProblem({ path }, `values of more than ${limits.enumCharacters} characters in all`);
    }
    return texts;
  });
}

function isShallow(value: unknown, depth: number): boolean {
  const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : undefined;
  return parts === undefined || (depth > 0 && parts.every((part) => isShallow(part, depth - 1)));
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`);
  return `{${members.join(', ')}}`;
}
