// What a reader wants to know of a schema, looked up: references followed, its type in words.
import type { JsonSchema } from '../openapi/clean-schema.ts';

export type Components = Readonly<Record<string, JsonSchema>>;

export interface SchemaView {
  /** `integer`, `string or string[]`, `enum<string>` */
  readonly type: string;
  readonly nullable: boolean;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly default: unknown;
  /** Values it may have, where they are few. */
  readonly options: readonly string[];
  /** Smallest and largest number. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Lengths and counts, in words. */
  readonly limits: readonly string[];
  /** The objects it may be, or be made of. */
  readonly shapes: readonly Shape[];
}

/** One kind of object. */
export interface Shape {
  readonly title: string | undefined;
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export function viewOf(schema: JsonSchema, components: Components): SchemaView {
  const whole = resolved(schema, components);
  const branches = branchesOf(whole, components);
  const [only] = branches.length === 1 ? branches : [];
  // What is said of the field wins over what is said of the shape it has.
  const said = { ...only, ...whole };
  return {
    type: [...new Set(branches.map((branch) => typeName(branch, components)))].join(' or '),
    nullable: isNullable(whole),
    description: said.description as string | undefined,
    deprecated: said.deprecated === true,
    default: said.default,
    options: branches.flatMap(optionsOf),
    minimum: said.minimum as number | undefined,
    maximum: said.maximum as number | undefined,
    limits: branches.flatMap(limitsOf),
    shapes: branches.flatMap((branch) => shapesOf(branch, components)),
  };
}

function resolved(schema: JsonSchema, components: Components): JsonSchema {
  const { $ref, ...own } = schema;
  if (typeof $ref !== 'string') return schema;
  return { ...resolved(components[$ref.split('/').at(-1) ?? ''] ?? {}, components), ...own };
}

function isNullable(schema: JsonSchema): boolean {
  const alternatives = (schema.anyOf ?? []) as readonly JsonSchema[];
  return [schema.type].flat().includes('null') || alternatives.some(({ type }) => type === 'null');
}

/** The alternatives, without `null`. */
function branchesOf(schema: JsonSchema, components: Components): readonly JsonSchema[] {
  const alternatives = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  if (!alternatives) return [schema];
  return alternatives
    .map((branch) => resolved(branch, components))
    .filter(({ type }) => type !== 'null')
    .flatMap((branch) => branchesOf(branch, components));
}

function typesOf({ type }: JsonSchema): readonly string[] {
  return ([type].flat() as (string | undefined)[]).filter(
    (name): name is string => name !== undefined && name !== 'null',
  );
}

function typeName(schema: JsonSchema, components: Components): string {
  const [type = 'any'] = typesOf(schema);
  if (schema.enum) return `enum<${type}>`;
  if (type !== 'array') return type;
  const items = viewOf((schema.items ?? {}) as JsonSchema, components).type;
  return items.includes(' or ') ? `(${items})[]` : `${items}[]`;
}

function optionsOf(schema: JsonSchema): readonly string[] {
  if (schema.const !== undefined) return [String(schema.const)];
  const values = (schema.enum ?? (schema.items as JsonSchema | undefined)?.enum) as unknown[] | undefined;
  return (values ?? []).filter((value) => value !== null).map(String);
}

/** `0 <= x <= 2` */
export function rangeOf({ minimum, maximum }: SchemaView): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} <= x <= ${maximum}`;
  if (minimum !== undefined) return `x >= ${minimum}`;
  return maximum === undefined ? undefined : `x <= ${maximum}`;
}

const limitWords: readonly (readonly [keyword: string, words: string])[] = [
  ['minItems', 'Minimum array length'],
  ['maxItems', 'Maximum array length'],
  ['minLength', 'Minimum length'],
  ['maxLength', 'Maximum length'],
  ['maxProperties', 'Maximum number of members'],
  ['pattern', 'Pattern'],
];

function limitsOf(schema: JsonSchema): readonly string[] {
  return limitWords
    .filter(([keyword]) => schema[keyword] !== undefined)
    .map(([keyword, words]) => `${words}: \`${String(schema[keyword])}\``);
}

function shapesOf(schema: JsonSchema, components: Components): readonly Shape[] {
  if (schema.items) return viewOf(schema.items as JsonSchema, components).shapes;
  if (!schema.properties) return [];
  const required = (schema.required ?? []) as readonly string[];
  return [
    {
      title: schema.title as string | undefined,
      members: Object.entries(schema.properties as Components).map(([name, property]) => ({
        name,
        required: required.includes(name),
        schema: property,
      })),
    },
  ];
}
