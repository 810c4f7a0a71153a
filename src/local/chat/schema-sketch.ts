// A JSON Schema in the shape of what it describes, `{"name": string, "age"?: integer}`: small models fill that in well,
// where they get lost in the schema itself (with SmolLM2-135M ages came out right only so). For reading, not for
// checking: what it cannot show, and what would take long to read, it leaves out. Pure.

type Schema = Readonly<Record<string, unknown>>;

/** References can make a small schema endless. */
const deepest = 8;
const mostParts = 400;
/** Characters of the choices of one place: who has read these knows of what kind the others are. */
const mostChoices = 1_000;
/**
 * Of names, values, types and descriptions together: 1,000 to 2,000 tokens. The grammar holds the answer to the whole schema
 * anyhow, and each token of a prompt costs milliseconds: the 800 values of an `enum` took a minute to read.
 */
const mostCharacters = 4_000;
/** Stands for what is left out. */
const more = '...';

/** At most some 8,000 characters, however large the schema is. */
export function sketchSchema(root: unknown): string {
  let parts = 0;
  let characters = 0;

  const say = (text: string): string => {
    const said = characters + text.length > mostCharacters ? more : text;
    characters += said.length;
    return said;
  };
  /** Each is written only when its turn comes, and none once there is no room. */
  const listOf = <T>(list: readonly T[], write: (one: T) => string, room = mostCharacters) => {
    const written: string[] = [];
    const full = Math.min(mostCharacters, characters + room);
    for (const one of list) {
      if (parts >= mostParts || characters >= full) return { written, left: list.length - written.length };
      written.push(write(one));
    }
    return { written, left: 0 };
  };
  const row = <T>(list: readonly T[], write: (one: T) => string): string[] => {
    const { written, left } = listOf(list, write);
    return left > 0 ? [...written, more] : written;
  };
  const choice = <T>(list: readonly T[], write: (one: T) => string): string => {
    const { written, left } = listOf(list, write, mostChoices);
    return [...written, ...(left > 0 ? [`one of ${left} more`] : [])].join(' | ');
  };

  const sketch = (schema: unknown, depth: number): string => {
    if (!isSchema(schema) || depth > deepest || ++parts > mostParts) return 'any';
    const { description } = schema;
    const shape = shapeOf(schema, depth) || 'any';
    return typeof description === 'string' && depth > 0 ? `${shape} (${say(description)})` : shape;
  };

  const shapeOf = (schema: Schema, depth: number): string => {
    if (typeof schema.$ref === 'string') return sketch(resolve(schema.$ref), depth + 1);
    if (Array.isArray(schema.enum))
      return choice(schema.enum, (value) => say(JSON.stringify(value) ?? 'null'));
    if ('const' in schema) return say(JSON.stringify(schema.const) ?? 'any');
    const branches = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(branches)) return choice(branches, (branch) => sketch(branch, depth + 1));
    const { type } = schema;
    if (Array.isArray(type)) return choice(type, (one) => ofType(schema, one, depth));
    return ofType(schema, type ?? (schema.properties ? 'object' : schema.items ? 'array' : undefined), depth);
  };

  const ofType = (schema: Schema, type: unknown, depth: number): string => {
    if (type === 'object') return object(schema, depth);
    if (type === 'array') {
      const items = Array.isArray(schema.prefixItems) ? schema.prefixItems : [schema.items];
      return `[${row(items, (item) => sketch(item, depth + 1)).join(', ')}]`;
    }
    if (type === 'string' && typeof schema.format === 'string') return say(schema.format);
    return typeof type === 'string' ? say(type) : 'any';
  };

  const object = (schema: Schema, depth: number): string => {
    const properties = isSchema(schema.properties) ? schema.properties : {};
    const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : []);
    const members = row(
      Object.entries(properties),
      ([name, value]) =>
        `${say(JSON.stringify(name))}${required.has(name) ? '' : '?'}: ${sketch(value, depth + 1)}`,
    );
    if (isSchema(schema.additionalProperties)) {
      members.push(`...: ${sketch(schema.additionalProperties, depth + 1)}`);
    }
    return `{${members.join(', ')}}`;
  };

  /** `#/$defs/name`, or any other place within the schema. */
  const resolve = (reference: string): unknown => {
    if (!reference.startsWith('#')) return undefined;
    let place: unknown = root;
    for (const step of reference.split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      if (!isSchema(place) || !Object.hasOwn(place, name)) return undefined;
      place = place[name];
    }
    return place;
  };

  return sketch(root, 0);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Characters of the members of one sample. */
const mostSampled = 1_000;

/**
 * JSON of the shape, to show how it is written. Follows no reference, takes the first of every choice and of many
 * members the first ones.
 */
export function sampleJson(schema: unknown, depth = 0): string {
  if (!isSchema(schema) || depth > deepest) return '"example"';
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return JSON.stringify(schema.enum[0]);
  if ('const' in schema) return JSON.stringify(schema.const) ?? 'null';
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'integer' || type === 'number') return '1';
  if (type === 'boolean') return 'true';
  if (type === 'null') return 'null';
  if (type === 'array') return `[${sampleJson(schema.items, depth + 1)}]`;
  if (type !== 'object' && !isSchema(schema.properties)) return '"example"';
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const members: string[] = [];
  let characters = 0;
  for (const [name, value] of Object.entries(properties)) {
    const member = `${JSON.stringify(name)}: ${sampleJson(value, depth + 1)}`;
    characters += member.length;
    if (characters > mostSampled) break;
    members.push(member);
  }
  return `{${members.join(', ')}}`;
}
