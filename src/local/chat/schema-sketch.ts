// A JSON Schema in the shape of what it describes, `{"name": string, "age"?: integer}`: small models fill that in well,
// where they get lost in the schema itself (with SmolLM2-135M ages came out right only so). For reading, not for
// checking: what it cannot show it leaves out. Pure.

type Schema = Readonly<Record<string, unknown>>;

/** References can make a small schema endless. */
const deepest = 8;
const mostParts = 400;
/** Characters of the values to choose from, all together: each costs time before the answer begins. */
const mostChoices = 1_500;

export function sketchSchema(root: unknown): string {
  let parts = 0;
  let choices = 0;

  const sketch = (schema: unknown, depth: number): string => {
    if (!isSchema(schema) || depth > deepest || ++parts > mostParts) return 'any';
    const { description } = schema;
    const shape = shapeOf(schema, depth) || 'any';
    return typeof description === 'string' && depth > 0 ? `${shape} (${description})` : shape;
  };

  const shapeOf = (schema: Schema, depth: number): string => {
    if (typeof schema.$ref === 'string') return sketch(resolve(schema.$ref), depth + 1);
    if (Array.isArray(schema.enum)) return choiceOf(schema.enum);
    if ('const' in schema) return JSON.stringify(schema.const) ?? 'any';
    const branches = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(branches)) return branches.map((branch) => sketch(branch, depth + 1)).join(' | ');
    const { type } = schema;
    if (Array.isArray(type)) return type.map((one) => ofType(schema, one, depth)).join(' | ');
    return ofType(schema, type ?? (schema.properties ? 'object' : schema.items ? 'array' : undefined), depth);
  };

  /** As many values as there is room for; the grammar knows the others. */
  const choiceOf = (values: readonly unknown[]): string => {
    const shown: string[] = [];
    for (const value of values) {
      const json = JSON.stringify(value) ?? 'null';
      choices += json.length;
      if (choices > mostChoices) break;
      shown.push(json);
    }
    const left = values.length - shown.length;
    return [...shown, ...(left > 0 ? [`one of ${left} more`] : [])].join(' | ') || 'any';
  };

  const ofType = (schema: Schema, type: unknown, depth: number): string => {
    if (type === 'object') return object(schema, depth);
    if (type === 'array') {
      const items = Array.isArray(schema.prefixItems) ? schema.prefixItems : [schema.items];
      return `[${items.map((item) => sketch(item, depth + 1)).join(', ')}]`;
    }
    if (type === 'string' && typeof schema.format === 'string') return schema.format;
    return typeof type === 'string' ? type : 'any';
  };

  const object = (schema: Schema, depth: number): string => {
    const properties = isSchema(schema.properties) ? schema.properties : {};
    const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
    const members = Object.entries(properties).map(
      ([name, value]) =>
        `${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${sketch(value, depth + 1)}`,
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

/** JSON of the shape, to show how it is written. Follows no reference and takes the first of every choice. */
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
  const members = Object.entries(properties).map(
    ([name, value]) => `${JSON.stringify(name)}: ${sampleJson(value, depth + 1)}`,
  );
  return `{${members.join(', ')}}`;
}
