// The forms that the schemas of this wire are built of: each fails with one reason only, so that an error can name the
// one thing that is wrong. Knows TypeBox and JSON Schema, nothing of requests.
import { type Static, type TSchema, Type } from 'typebox';

/** Unknown members are kept: upstreams know more than this schema. */
export const open = { additionalProperties: true } as const;

interface Branch {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
}

/** Optional, and `null` counts as absent. */
export function optional<T extends TSchema>(schema: T) {
  return Type.Optional(Type.Unsafe<Static<T> | null>(nullable(schema as Branch)));
}

/** A list of types where the schema allows it, a further branch where not. */
function nullable(schema: Branch): Record<string, unknown> {
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (schema.oneOf) {
    const { description, ...branch } = schema;
    return { ...(description ? { description } : {}), anyOf: [branch, { type: 'null' }] };
  }
  return {
    ...schema,
    type: [schema.type, 'null'].flat(),
    ...(schema.enum ? { enum: [...schema.enum, null] } : {}),
  };
}

/** One of several object shapes told apart by the value of `tag`, so that a failed check is about the right one. */
export function tagged<const T extends TSchema[]>(
  tag: string,
  shapes: T,
  options: { description?: string } = {},
) {
  return Type.Unsafe<Static<T[number]>>({
    type: 'object',
    ...options,
    discriminator: { propertyName: tag },
    required: [tag],
    oneOf: shapes,
  });
}

/** One of these strings. */
export function oneOf<const T extends readonly string[]>(
  values: T,
  options: { description?: string; default?: T[number]; deprecated?: boolean } = {},
) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options });
}

/** A string, or an array of these with at least one element. */
export function stringOrArray<T extends TSchema>(
  items: T,
  options: { description?: string; maxItems?: number } = {},
) {
  return Type.Unsafe<string | Static<T>[]>({ type: ['string', 'array'], items, minItems: 1, ...options });
}

/** An object with any member names, all of whose values fit `value`. */
export function record<T extends TSchema>(value: T, options: Record<string, unknown> = {}) {
  return Type.Unsafe<Record<string, Static<T>>>({ type: 'object', additionalProperties: value, ...options });
}

/** Any JSON object: a JSON Schema, an extension of some upstream. */
export function anyObject(options: { description?: string } = {}) {
  return Type.Unsafe<Record<string, unknown>>({ type: 'object', ...options });
}

/** Names of functions, tools and schemas. */
export function name64(description: string) {
  return Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-zA-Z0-9_-]+$', description });
}
