// Sums of the ledger on the wire, for charts and bills.
import { type Static, Type } from 'typebox';
import { closed, NanoUsd, nullable, rangeQuery, Usd } from './forms.ts';

export const usageGroups = ['hour', 'day', 'model', 'key', 'project', 'provider', 'end_user'] as const;
export type UsageGroup = (typeof usageGroups)[number];

const Percentiles = Type.Object({
  p50: nullable(Type.Integer()),
  p95: nullable(Type.Integer()),
});

export const UsageRow = Type.Object({
  group: Type.Unsafe<Partial<Record<UsageGroup, string>>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Value of each dimension of `group_by`: a model, an id, the beginning of an hour or day.',
  }),
  requests: Type.Integer({ description: 'That reached a model.' }),
  errors: Type.Integer({ description: 'That ended with an error, also those that reached none.' }),
  partials: Type.Integer(),
  input_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  cached_input_tokens: Type.Integer(),
  cache_write_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  cost_usd: Usd,
  cost_nanousd: NanoUsd,
  duration_ms: Percentiles,
  first_token_ms: Percentiles,
});
export type UsageRow = Static<typeof UsageRow>;

export const Usage = Type.Object({
  from: Type.String({ format: 'date-time' }),
  to: Type.String({ format: 'date-time' }),
  group_by: Type.Array(Type.String()),
  time_zone: Type.String(),
  data: Type.Array(UsageRow),
  total: UsageRow,
});
export type Usage = Static<typeof Usage>;

export const UsageQuery = Type.Object(
  {
    ...rangeQuery,
    group_by: Type.Optional(
      Type.String({
        maxLength: 100,
        description: `One or several of ${usageGroups.join(', ')}, with commas between them; \`end_user\` alone.`,
      }),
    ),
    percentiles: Type.Optional(
      Type.Boolean({
        description: 'Default `true`; without them a long range takes a fraction of the time.',
      }),
    ),
    key: Type.Optional(Type.String({ maxLength: 100, description: 'Id of a key.' })),
    project: Type.Optional(Type.String({ maxLength: 200, description: 'Id or name.' })),
    model: Type.Optional(Type.String({ maxLength: 200 })),
    provider: Type.Optional(Type.String({ maxLength: 100 })),
    time_zone: Type.Optional(
      Type.String({ maxLength: 100, description: 'In which days begin; default that of the server.' }),
    ),
  },
  closed,
);
