// Whether a value fits: decides which values of `enum` and `const` are left when other keywords stand beside them.
// Pure, and linear in the value, whatever the schema's pattern is.
import { type Alternative, alternativesOf } from './alternatives.ts';
import { accepts } from './automaton.ts';
import { isObject, type JsonObject, type TypeName } from './keywords.ts';
import type { Literals } from './literals.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';
import { lengthBounds, patternAutomaton } from './string-text.ts';

export interface Judge {
  /** The literals that fit all of `nodes`. */
  filter(literals: Literals, nodes: Alternative): unknown[];
}

export function createJudge(tree: SchemaTree): Judge {
  const automata = new Map<SchemaNode, ReturnType<typeof patternAutomaton>>();
  const automatonOf = (node: SchemaNode) => {
    if (!automata.has(node)) automata.set(node, patternAutomaton(tree, [node]));
    return automata.get(node);
  };

  const fits = (node: SchemaNode, value: unknown): boolean =>
    alternativesOf(tree, [node]).some((alternative) => fitsAll(alternative, value));
  const fitsAll = (nodes: Alternative, value: unknown): boolean =>
    nodes.every((node) => fitsSelf(node, value));

  /** All but its `$ref`, `allOf`, `anyOf` and `oneOf`. */
  const fitsSelf = (node: SchemaNode, value: unknown): boolean => {
    const { schema } = node;
    if (schema === false) return false;
    tree.effort.spend(1 + (Array.isArray(schema.enum) ? schema.enum.length : 0));
    if ('const' in schema && !isSame(schema.const, value)) return false;
    if (Array.isArray(schema.enum) && !schema.enum.some((one) => isSame(one, value))) return false;
    return fitsRest(node, schema, value);
  };

  /** All but `enum` and `const`. */
  const fitsRest = (node: SchemaNode, schema: JsonObject, value: unknown): boolean => {
    const types = typesOf(schema);
    if (types !== undefined && !types.some((type) => isOfType(value, type))) return false;
    if (typeof value === 'string') return fitsString(node, value);
    if (typeof value === 'number') return fitsNumber(schema, value);
    if (Array.isArray(value)) return fitsArray(node, schema, value);
    return isObject(value) ? fitsObject(node, schema, value) : true;
  };

  const fitsString = (node: SchemaNode, value: string) => {
    const { min, max } = lengthBounds([node]);
    const length = [...value].length;
    const automaton = automatonOf(node);
    return length >= min && length <= max && (automaton === undefined || accepts(automaton, value));
  };

  const fitsArray = (node: SchemaNode, schema: JsonObject, value: readonly unknown[]) => {
    if (!isWithin(value.length, schema.minItems, schema.maxItems)) return false;
    return value.every((item, index) => {
      const one = itemNode(tree, node, index);
      return one === undefined || fits(one, item);
    });
  };

  const fitsObject = (node: SchemaNode, schema: JsonObject, value: JsonObject) => {
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (!required.every((name: string) => Object.hasOwn(value, name))) return false;
    if (!isWithin(Object.keys(value).length, schema.minProperties, schema.maxProperties)) return false;
    return Object.entries(value).every(([name, item]) => {
      const one = propertyNode(tree, node, name);
      return one === undefined || fits(one, item);
    });
  };
  return {
    filter({ values, source }, nodes) {
      const others = nodes.filter((node) => node !== source);
      const { schema } = source;
      if (schema === false) return [];
      const enumerated = 'const' in schema && Array.isArray(schema.enum) ? schema.enum : undefined;
      return values.filter(
        (value) =>
          (enumerated === undefined || enumerated.some((one) => isSame(one, value))) &&
          fitsRest(source, schema, value) &&
          fitsAll(others, value),
      );
    },
  };
}

/** `undefined` if `type` says nothing. */
export function typesOf(schema: JsonObject): readonly TypeName[] | undefined {
  const { type, nullable } = schema;
  if (type === undefined) return undefined;
  const types = (Array.isArray(type) ? type : [type]) as readonly TypeName[];
  return nullable === true ? [...types, 'null'] : types;
}

/** What the schema says of a property; `undefined` if nothing. */
export function propertyNode(tree: SchemaTree, node: SchemaNode, name: string): SchemaNode | undefined {
  if (node.schema === false) return undefined;
  const { properties, additionalProperties } = node.schema;
  if (isObject(properties) && Object.hasOwn(properties, name)) {
    return tree.child(node, properties[name], 'properties', name);
  }
  return additionalNode(tree, node, additionalProperties);
}

export function additionalNode(
  tree: SchemaTree,
  node: SchemaNode,
  additionalProperties: unknown,
): SchemaNode | undefined {
  if (additionalProperties === undefined) return undefined;
  return tree.child(node, additionalProperties, 'additionalProperties');
}

/** What the schema says of the element at an index, by `prefixItems` and `items` or as drafts before 2020-12 had it. */
export function itemNode(tree: SchemaTree, node: SchemaNode, index: number): SchemaNode | undefined {
  if (node.schema === false) return undefined;
  const { items } = node.schema;
  const prefix = prefixOf(node.schema);
  if (index < prefix.length) {
    return tree.child(node, prefix[index], Array.isArray(items) ? 'items' : 'prefixItems', index);
  }
  const keyword = Array.isArray(items) ? 'additionalItems' : 'items';
  const rest = node.schema[keyword];
  return rest === undefined ? undefined : tree.child(node, rest, keyword);
}

export function prefixOf(schema: JsonObject): readonly unknown[] {
  if (Array.isArray(schema.prefixItems)) return schema.prefixItems;
  return Array.isArray(schema.items) ? schema.items : [];
}

function fitsNumber(schema: JsonObject, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  return (
    isWithin(value, minimum, maximum) &&
    !(typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) &&
    !(typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) &&
    !(typeof multipleOf === 'number' && !Number.isInteger(value / multipleOf))
  );
}

const isWithin = (value: number, min: unknown, max: unknown) =>
  !(typeof min === 'number' && value < min) && !(typeof max === 'number' && value > max);

function isOfType(value: unknown, type: TypeName): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isObject(value) : typeof value === type;
}

/** As JSON Schema has it: the order of an object's members is no difference. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}
