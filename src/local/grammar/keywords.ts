// The keywords of JSON Schema that the compiler takes, with the shape of their values; all others are annotations or
// not supported. docs/local-model.md prints this list. Pure.

export type JsonObject = Readonly<Record<string, unknown>>;

export const typeNames = ['null', 'boolean', 'object', 'array', 'string', 'number', 'integer'] as const;
export type TypeName = (typeof typeNames)[number];

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSchema = (value: unknown) => typeof value === 'boolean' || isObject(value);
const isSchemas = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isSchema);
const isSchemaMap = (value: unknown) => isObject(value) && Object.values(value).every(isSchema);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const isString = (value: unknown) => typeof value === 'string';
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isTypeName = (value: unknown) => typeNames.some((name) => name === value);

interface Shape {
  readonly fits: (value: unknown) => boolean;
  readonly says: string;
}

const schema: Shape = { fits: isSchema, says: 'has to be a schema: an object or a boolean' };
const schemas: Shape = { fits: isSchemas, says: 'has to be an array of one schema or more' };
const schemaMap: Shape = { fits: isSchemaMap, says: 'has to be an object of schemas' };
const count: Shape = { fits: isCount, says: 'has to be an integer of 0 or more' };
const number: Shape = { fits: isNumber, says: 'has to be a number' };
const string: Shape = { fits: isString, says: 'has to be a string' };
const boolean: Shape = { fits: isBoolean, says: 'has to be a boolean' };

export const keywordShapes: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    'type',
    {
      fits: (value) =>
        isTypeName(value) || (Array.isArray(value) && value.length > 0 && value.every(isTypeName)),
      says: `has to be one of ${typeNames.join(', ')}, or an array of these`,
    },
  ],
  ['nullable', boolean],
  [
    'enum',
    {
      fits: (value) => Array.isArray(value) && value.length > 0,
      says: 'has to be an array of one value or more',
    },
  ],
  ['const', { fits: () => true, says: '' }],
  ['$ref', string],
  ['$defs', schemaMap],
  ['definitions', schemaMap],
  ['anyOf', schemas],
  ['oneOf', schemas],
  ['allOf', schemas],
  ['properties', schemaMap],
  [
    'required',
    { fits: (value) => Array.isArray(value) && value.every(isString), says: 'has to be an array of strings' },
  ],
  ['additionalProperties', schema],
  ['propertyNames', schema],
  ['unevaluatedProperties', schema],
  ['minProperties', count],
  ['maxProperties', count],
  [
    'items',
    {
      fits: (value) => isSchema(value) || (Array.isArray(value) && value.every(isSchema)),
      says: 'has to be a schema or an array of schemas',
    },
  ],
  ['prefixItems', schemas],
  ['additionalItems', schema],
  ['minItems', count],
  ['maxItems', count],
  ['minLength', count],
  ['maxLength', count],
  ['pattern', string],
  ['format', string],
  ['minimum', number],
  ['maximum', number],
  ['exclusiveMinimum', number],
  ['exclusiveMaximum', number],
  [
    'multipleOf',
    { fits: (value) => isNumber(value) && (value as number) > 0, says: 'has to be a number above 0' },
  ],
]);

/** They say nothing of which values fit. */
const annotations = new Set([
  '$anchor',
  '$comment',
  '$id',
  '$schema',
  '$vocabulary',
  'id',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'default',
  'deprecated',
  'description',
  'discriminator',
  'errorMessage',
  'example',
  'examples',
  'externalDocs',
  'readOnly',
  'title',
  'writeOnly',
  'xml',
]);

export const isAnnotation = (keyword: string) => annotations.has(keyword) || /^(?:x-|~)/.test(keyword);

const keywordsOfType: Readonly<Partial<Record<TypeName, readonly string[]>>> = {
  object: [
    'properties',
    'required',
    'additionalProperties',
    'unevaluatedProperties',
    'propertyNames',
    'minProperties',
    'maxProperties',
  ],
  array: ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
};

/** Which type a keyword is about; `number` stands for `integer` too. */
export const typeOfKeyword: ReadonlyMap<string, TypeName> = new Map(
  typeNames.flatMap((type) => (keywordsOfType[type] ?? []).map((keyword) => [keyword, type] as const)),
);
