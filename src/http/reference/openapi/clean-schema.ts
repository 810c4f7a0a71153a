// The schemas the gateway checks with, in the form people and generators read: components by name, one branch per type,
// no leftovers of how the checker wants them. What a schema allows stays the same, which a test checks.

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Keywords that say something of one type only, by type. */
const keywordsOfType: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  array: ['items', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'additionalProperties', 'propertyNames', 'maxProperties'],
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
};
/** Keywords that say something of the whole, whatever its type. */
const annotations = ['title', 'description', 'default', 'deprecated', 'examples'] as const;

export interface SchemaWriter {
  /** The schema as it stands in the document: a reference where it has a name. */
  write(schema: JsonSchema): JsonSchema;
  /** All that was referred to, by name. */
  components(): Readonly<Record<string, JsonSchema>>;
}

/** `names`: the component name of each schema that gets one. */
export function createSchemaWriter(names: ReadonlyMap<object, string>): SchemaWriter {
  // A schema that was made nullable is a copy, but it shares the heart of the original.
  const byHeart = new Map(
    [...names].map(([schema, name]) => [heartOf(schema as JsonSchema), { schema, name }]),
  );
  const components = new Map<string, JsonSchema>();

  function write(schema: JsonSchema): JsonSchema {
    const named = byHeart.get(heartOf(schema));
    if (!named) return writeInline(schema);
    if (!components.has(named.name)) {
      components.set(named.name, {});
      components.set(named.name, writeInline(named.schema as JsonSchema));
    }
    const reference = { $ref: `#/components/schemas/${named.name}` };
    const { description } = schema;
    // Beside `$ref` a description of its own is allowed since OpenAPI 3.1.
    const own = description === (named.schema as JsonSchema).description ? undefined : description;
    return typesOf(schema).includes('null')
      ? defined({ description: own, anyOf: [reference, { type: 'null' }] })
      : defined({ ...reference, description: own });
  }

  function writeInline(schema: JsonSchema): JsonSchema {
    if (Array.isArray(schema.anyOf)) return flattened(schema, schema.anyOf.map(write));
    if (Array.isArray(schema.oneOf)) return alternatives(schema, schema.oneOf.map(write));
    const types = typesOf(schema).filter((type) => type !== 'null');
    return types.length > 1 ? split(schema, types) : members(schema);
  }

  /** Several types become one branch each, with the keywords that are about it. */
  function split(schema: JsonSchema, types: readonly string[]): JsonSchema {
    const branches = types.map((type) => members({ type, ...pick(schema, keywordsOfType[type] ?? []) }));
    if (typesOf(schema).includes('null')) branches.push({ type: 'null' });
    return { ...pick(schema, annotations), anyOf: branches };
  }

  function members(schema: JsonSchema): JsonSchema {
    const { properties, items, additionalProperties, minimum, maximum, ...rest } = schema;
    const whole64 = minimum === -(2 ** 63) && maximum === 2 ** 63;
    return defined({
      ...rest,
      ...(whole64 ? { format: 'int64' } : { minimum, maximum }),
      items: items && write(items as JsonSchema),
      properties:
        properties &&
        Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [name, write(property as JsonSchema)]),
        ),
      // True is the default.
      additionalProperties:
        typeof additionalProperties === 'object' && additionalProperties !== null
          ? write(additionalProperties as JsonSchema)
          : undefined,
    });
  }

  return { write, components: () => Object.fromEntries(components) };
}

/** What a copy of a schema shares with it. */
function heartOf(schema: JsonSchema): unknown {
  return schema.oneOf ?? schema.properties ?? schema;
}

function typesOf({ type }: JsonSchema): readonly string[] {
  return type === undefined ? [] : ([type].flat() as string[]);
}

/** Alternatives inside alternatives are alternatives. */
function flattened(schema: JsonSchema, branches: readonly JsonSchema[]): JsonSchema {
  const flat = branches.flatMap((branch) =>
    Array.isArray(branch.anyOf) && Object.keys(branch).length === 1 ? branch.anyOf : [branch],
  );
  return { ...pick(schema, annotations), anyOf: flat };
}

/** A discriminator may only tell named schemas apart: OpenAPI 3.1, "Discriminator Object". */
function alternatives(schema: JsonSchema, branches: readonly JsonSchema[]): JsonSchema {
  const { discriminator, oneOf } = schema as {
    discriminator?: { propertyName: string };
    oneOf: readonly JsonSchema[];
  };
  const mapping: Record<string, unknown> = {};
  branches.forEach((branch, index) => {
    if (!discriminator) return;
    const properties = oneOf[index]?.properties as Record<string, JsonSchema> | undefined;
    for (const value of valuesOf(properties?.[discriminator.propertyName])) mapping[value] = branch.$ref;
  });
  const named = discriminator !== undefined && Object.values(mapping).every((target) => target !== undefined);
  return {
    ...pick(schema, annotations),
    oneOf: branches,
    ...(named ? { discriminator: { propertyName: discriminator.propertyName, mapping } } : {}),
  };
}

function valuesOf(schema: JsonSchema | undefined): readonly string[] {
  if (schema?.const !== undefined) return [String(schema.const)];
  return Array.isArray(schema?.enum) ? schema.enum.map(String) : [];
}

function pick(schema: JsonSchema, keywords: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keywords.includes(keyword)));
}

function defined(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
