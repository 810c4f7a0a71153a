// The places of a schema: each is one object of it with its path, checked for its keywords when it is first visited, and
// found again by `$ref`. Pure.
import type { Effort } from './effort.ts';
import { isAnnotation, isObject, type JsonObject, keywordShapes } from './keywords.ts';
import { SchemaProblem } from './schema-problem.ts';

export interface SchemaNode {
  readonly id: number;
  readonly path: string;
  /** `true` is `{}`. */
  readonly schema: JsonObject | false;
}

export interface SchemaTree {
  readonly root: SchemaNode;
  readonly strict: boolean;
  readonly effort: Effort;
  /** `value` stands in the schema of `parent` at `place`: `['properties', 'age']`. */
  child(parent: SchemaNode, value: unknown, ...place: readonly (string | number)[]): SchemaNode;
  resolve(node: SchemaNode, reference: string): SchemaNode;
}

/** Its calls throw `SchemaProblem`. */
export function schemaTree(root: unknown, strict: boolean, effort: Effort): SchemaTree {
  const nodes = new Map<unknown, SchemaNode>();
  let count = 0;

  const nodeOf = (value: unknown, path: string): SchemaNode => {
    const known = nodes.get(value);
    if (known !== undefined) return known;
    if (typeof value !== 'boolean' && !isObject(value)) {
      throw new SchemaProblem({ path }, 'a schema has to be an object or a boolean');
    }
    const schema = value === true ? {} : value;
    const node = { id: count++, path, schema };
    if (schema !== false) checkKeywords(node.path, schema, strict);
    if (isObject(value)) nodes.set(value, node);
    return node;
  };

  const rootNode = nodeOf(root, '');
  const rootId = isObject(root) && typeof root.$id === 'string' ? root.$id : undefined;
  return {
    root: rootNode,
    strict,
    effort,
    child: (parent, value, ...place) => nodeOf(value, place.reduce(pathTo, parent.path)),
    resolve(node, reference) {
      const problem = (reason: string) =>
        new SchemaProblem({ path: node.path, keyword: '$ref' }, `'${excerpt(reference)}' ${reason}`);
      const local =
        rootId !== undefined && reference.startsWith(rootId) ? reference.slice(rootId.length) : reference;
      if (local === '' || local === '#') return rootNode;
      if (!local.startsWith('#')) throw problem('refers to another document; only #/… is supported');
      if (!local.startsWith('#/')) throw problem('refers to an anchor; only #/… is supported');
      let value = root;
      let path = '';
      for (const part of pointerParts(local.slice(2), problem)) {
        const isName = !Array.isArray(value) || /^\d+$/.test(part);
        if (typeof value !== 'object' || value === null || !isName || !Object.hasOwn(value, part)) {
          throw problem('refers to nothing in the schema');
        }
        path = pathTo(path, Array.isArray(value) ? Number(part) : part);
        value = (value as JsonObject)[part];
      }
      return nodeOf(value, path);
    },
  };
}

/** RFC 6901 in a URI fragment. */
function pointerParts(pointer: string, problem: (reason: string) => SchemaProblem): string[] {
  try {
    return decodeURIComponent(pointer)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    throw problem('is not a valid reference');
  }
}

const longestPath = 300;

function pathTo(path: string, step: string | number): string {
  if (path.length > longestPath) return path.endsWith('…') ? path : `${path}…`;
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? excerpt(step) : `${path}.${excerpt(step)}`;
}

const excerpt = (text: string) => (text.length <= 100 ? text : `${text.slice(0, 100)}…`);

function checkKeywords(path: string, schema: JsonObject, strict: boolean): void {
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = keywordShapes.get(keyword);
    if (shape === undefined) {
      if (!strict || isAnnotation(keyword)) continue;
      throw new SchemaProblem({ path, keyword: excerpt(keyword) }, 'is not supported by the embedded model');
    }
    if (!shape.fits(value)) throw new SchemaProblem({ path, keyword }, shape.says);
  }
}
