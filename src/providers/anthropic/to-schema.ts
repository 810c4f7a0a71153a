// A JSON Schema as Claude's structured outputs take it. They refuse objects that are open, and bounds of numbers, texts and
// lists, which become words of the description, as Anthropic's own clients do it. Source, 2026-11-22: Anthropic's page on
// structured outputs, "JSON Schema limitations".

type Schema = Readonly<Record<string, unknown>>;

/** Refused there. Of `minItems`, 0 and 1 are taken. */
const bounds = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];
/** Their members are schemas by name. */
const byName = ['properties', '$defs', 'definitions'];
/** Their elements are schemas. */
const lists = ['anyOf', 'allOf', 'oneOf', 'prefixItems'];

/** The client's schema is not touched. An object that says it is open stays so: that Claude refuses, not the gateway. */
export function toSchema(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const taken: Record<string, unknown> = {};
  const said: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    if (isBound(name, value)) said.push(`${name}: ${JSON.stringify(value)}`);
    else taken[name] = inside(name, value);
  }
  const isOpen = [schema.type].flat().includes('object') && !('additionalProperties' in schema);
  const description = [schema.description, said.length > 0 ? `{${said.join(', ')}}` : undefined];
  return {
    ...taken,
    ...(isOpen ? { additionalProperties: false } : {}),
    ...(said.length > 0 ? { description: description.filter(Boolean).join(' ') } : {}),
  };
}

function isBound(name: string, value: unknown): boolean {
  return bounds.includes(name) && !(name === 'minItems' && Number(value) <= 1);
}

function inside(name: string, value: unknown): unknown {
  if (byName.includes(name) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toSchema(member)]));
  }
  if (lists.includes(name) && Array.isArray(value)) return value.map(toSchema);
  return name === 'items' || name === 'not' ? toSchema(value) : value;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
