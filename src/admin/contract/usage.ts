// Sums of the ledger on the wire, for charts and bills.
import { type Static, Type } from 'typebox';
import { closed, NanoUsd, nullable, oneOf, rangeQuery, Time, Usd } from './forms.ts';

/** Stretches of time that sums are put into. */
export const usageBuckets = ['hour', 'day', 'week', 'month'] as const;
export type UsageBucketSize = (typeof usageBuckets)[number];
export const usageDimensions = ['model', 'key', 'project', 'provider', 'end_user', 'error'] as const;
export type UsageDimensionName = (typeof usageDimensions)[number];
export const usageGroups = [...usageBuckets, ...usageDimensions] as const;
export type UsageGroup = (typeof usageGroups)[number];
export const usageRanges = ['24h', '7d', '30d', '90d', '12m', 'month', 'last_month'] as const;
export type UsageRange = (typeof usageRanges)[number];
export const usageOrders = ['cost', 'requests', 'tokens', 'errors'] as const;
export type UsageOrder = (typeof usageOrders)[number];

const Percentiles = Type.Object({
  p50: nullable(Type.Integer()),
  p95: nullable(Type.Integer()),
  p99: nullable(Type.Integer()),
});

export const UsageRow = Type.Object({
  group: Type.Unsafe<Partial<Record<UsageGroup, string>>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Value of each dimension of `group_by`: a model, an id, a code of an error, the beginning of an hour, day, week or month.',
  }),
  other: Type.Optional(
    Type.Boolean({ description: '`true`: all values together that are not among the `top`.' }),
  ),
  requests: Type.Integer({ description: 'That reached a model.' }),
  errors: Type.Integer({ description: 'That ended with an error, also those that reached none.' }),
  partials: Type.Integer(),
  input_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  cached_input_tokens: Type.Integer({ description: 'Of the input tokens.' }),
  cache_write_tokens: Type.Integer({ description: 'Of the input tokens.' }),
  reasoning_tokens: Type.Integer({ description: 'Of the output tokens.' }),
  cost_usd: Usd,
  cost_nanousd: NanoUsd,
  duration_ms: Percentiles,
  first_token_ms: Percentiles,
  exact_percentiles: Type.Boolean({
    description: 'They are times that requests took; `false`: estimated from histograms.',
  }),
});
export type UsageRow = Static<typeof UsageRow>;

export const UsageBucket = Type.Object({
  start: Time,
  end: Time,
  complete: Type.Boolean({
    description: '`false` where it has not ended yet, or where only a part of it was asked for.',
  }),
});
export type UsageBucket = Static<typeof UsageBucket>;

const part = {
  from: Time,
  to: Time,
  buckets: Type.Array(UsageBucket, {
    description: 'Every hour, day, week or month of the range, also those without a row. Empty without one.',
  }),
  data: Type.Array(UsageRow, { description: 'By time, then as `order_by` says.' }),
  series: Type.Array(UsageRow, {
    description: 'Where the groups are a time and another: the sums of the other over the whole range.',
  }),
  total: UsageRow,
  outcomes: nullable(
    Type.Object(
      {
        ended: Type.Integer({ description: 'Requests that are over, also those that reached no model.' }),
        failed: Type.Integer({ description: 'With an error, but for `aborted`.' }),
        aborted: Type.Integer({ description: 'Their clients left before the end.' }),
      },
      { description: 'With `outcomes=true`, but for end users.' },
    ),
  ),
};

export const UsagePeriod = Type.Object(part);
export type UsagePeriod = Static<typeof UsagePeriod>;

export const Usage = Type.Object({
  ...part,
  group_by: Type.Array(Type.String()),
  time_zone: Type.String(),
  previous: nullable(
    Type.Unsafe<UsagePeriod>({
      type: 'object',
      properties: part,
      description: 'With `compare`: the period before; its `data` are by time alone, if by time.',
    }),
  ),
  names: Type.Unsafe<{ key: Record<string, string>; project: Record<string, string> }>({
    type: 'object',
    description: 'Names of the keys and projects whose ids are in the answer: `{"key": {"key_…": "mine"}}`.',
    properties: {
      key: { type: 'object', additionalProperties: { type: 'string' } },
      project: { type: 'object', additionalProperties: { type: 'string' } },
    },
  }),
  looked: nullable(
    Type.Unsafe<{ rows: number; from: string; complete: boolean }>({
      type: 'object',
      description:
        'Of end users, which are read from the newest rows: how many were looked at, and how far back that went.',
      properties: {
        rows: { type: 'integer' },
        from: { type: 'string', format: 'date-time' },
        complete: { type: 'boolean' },
      },
    }),
  ),
});
export type Usage = Static<typeof Usage>;

export const UsageQuery = Type.Object(
  {
    ...rangeQuery,
    range: Type.Optional(
      oneOf(usageRanges, {
        description:
          'In the place of `from` and `to`: up to now, from the beginning of an hour, day or month in the time zone.',
      }),
    ),
    group_by: Type.Optional(
      Type.String({
        maxLength: 100,
        description: `One or several of ${usageGroups.join(', ')}, with commas between them; one of time at most, and \`end_user\` and \`error\` only with one of time.`,
      }),
    ),
    top: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 50,
        description:
          'Only as many values of the dimension that is not of time; all others are one row with `other`.',
      }),
    ),
    order_by: Type.Optional(
      oneOf(usageOrders, { description: 'What makes a value one of the top; default `cost`.' }),
    ),
    compare: Type.Optional(
      oneOf(['previous'], {
        description:
          'Adds the period before: the month before for a month or its beginning, otherwise as many days or hours.',
      }),
    ),
    percentiles: Type.Optional(
      oneOf(['true', 'false', 'duration', 'first_token'], {
        description:
          'Default `true`; without them, or with one kind, a long range takes a fraction of the time.',
      }),
    ),
    outcomes: Type.Optional(
      oneOf(['true', 'false'], { description: '`true`: how many ended in which way; default `false`.' }),
    ),
    key: Type.Optional(Type.String({ maxLength: 100, description: 'Id of a key.' })),
    project: Type.Optional(Type.String({ maxLength: 200, description: 'Id or name.' })),
    model: Type.Optional(Type.String({ maxLength: 200 })),
    provider: Type.Optional(Type.String({ maxLength: 100 })),
    end_user: Type.Optional(
      Type.String({ maxLength: 512, description: 'Then sums are read from the rows.' }),
    ),
    time_zone: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          'In which days, weeks and months begin, and dates are read; default that of the server. Where it is off UTC by a part of an hour, the hour of UTC that midnight falls into counts to the day before.',
      }),
    ),
    format: Type.Optional(oneOf(['json', 'csv'], { description: '`csv`: the rows of `data` as a file.' })),
  },
  closed,
);
export type UsageQuery = Static<typeof UsageQuery>;
