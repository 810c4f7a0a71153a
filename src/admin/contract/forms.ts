// The forms that all resources share: ids, times, money, pages. Times go out as ISO 8601 in UTC; money as a decimal string of
// USD with the same amount in whole nano-USD beside it, as a string, since it may pass what a double holds.
import { type Static, type TSchema, Type } from 'typebox';

export const closed = { additionalProperties: false } as const;

/** Ids sort by the time at which they were made. */
export const Id = Type.String();

export const Time = Type.String({
  format: 'date-time',
  description: 'ISO 8601 in UTC: `2026-11-22T20:15:00.000Z`.',
});

/** Going in: RFC 3339, a date (its beginning in UTC), or Unix seconds. */
export const TimeInput = Type.Unsafe<string | number>({
  type: ['string', 'number'],
  description: 'RFC 3339 (`2027-01-31T12:00:00Z`), a date (its beginning in UTC), or Unix seconds.',
});

export const Usd = Type.String({ description: 'USD as a decimal: `12.5`.' });
export const NanoUsd = Type.String({
  description: 'The same in nano-USD (1 USD = 1,000,000,000), a whole number.',
});

export const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]*$',
  description:
    'A name has up to 100 characters, not only of white space, and no control characters, line breaks, marks of writing direction or lone surrogates.',
});

export const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: 16,
  propertyNames: { type: 'string', minLength: 1, maxLength: 64 },
  additionalProperties: { type: 'string', maxLength: 512 },
  description: 'Up to 16 pairs of your own; names up to 64 characters, values up to 512.',
});

export const Revision = Type.Integer({
  description:
    'Grows with each change; the `ETag` of the answer. Send it as `If-Match` with a change, and the change is refused (412) if somebody else was faster.',
});

/** Absent or `null`. */
export function optional<T extends TSchema>(schema: T) {
  return Type.Optional(nullable(schema));
}

export function nullable<T extends TSchema>(schema: T) {
  const { type, ...rest } = schema as { type?: string | string[]; enum?: unknown[] };
  return Type.Unsafe<Static<T> | null>({
    ...rest,
    type: [type ?? 'object', 'null'].flat(),
    ...(rest.enum ? { enum: [...rest.enum, null] } : {}),
  });
}

export function oneOf<const T extends readonly string[]>(values: T, options: { description?: string } = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options });
}

export function listOf<T extends TSchema>(item: T) {
  return Type.Object({
    data: Type.Array(item),
    next_cursor: nullable(
      Type.String({ description: '`cursor` of the next page; `null` when this is the last.' }),
    ),
  });
}

export interface ListOf<T> {
  data: T[];
  next_cursor: string | null;
}

export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, default: 50, description: 'Most rows of the page.' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4000, description: '`next_cursor` of the page before.' }),
  ),
};

export const rangeQuery = {
  from: Type.Optional(
    Type.String({ maxLength: 40, description: 'From this moment on: a time as above, or `-7d`, `-12h`.' }),
  ),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'Up to this moment, which is left out.' })),
};
