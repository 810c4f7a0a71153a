// Rows of the ledger on the wire: one for each request that was held.
import { type Static, Type } from 'typebox';
import { closed, Id, NanoUsd, nullable, oneOf, pageQuery, rangeQuery, Time, Usd } from './forms.ts';

export const RequestUsage = Type.Object({
  input_tokens: Type.Integer({ description: 'With `cached_input_tokens` and `cache_write_tokens`.' }),
  output_tokens: Type.Integer({ description: 'With `reasoning_tokens`.' }),
  cached_input_tokens: nullable(Type.Integer()),
  cache_write_tokens: nullable(Type.Integer()),
  reasoning_tokens: nullable(Type.Integer()),
});

export const states = ['held', 'settled', 'released'] as const;

const requestMembers = {
  id: Type.String({ description: 'The `x-request-id` of the answer.' }),
  state: oneOf(states, {
    description:
      '`held`: under way. `settled`: it reached a model. `released`: it reached none and costs nothing.',
  }),
  key_id: Id,
  project_id: Id,
  end_user: nullable(Type.String()),
  model: Type.String(),
  provider: Type.String({ description: 'That answered, or was tried last.' }),
  upstream_model: Type.String(),
  stream: Type.Boolean(),
  usage: nullable(RequestUsage),
  usage_source: nullable(oneOf(['reported', 'estimated'])),
  cost_usd: nullable(Usd),
  cost_nanousd: nullable(NanoUsd),
  uncharged_nanousd: Type.String({
    description:
      'What it cost beyond its hold, which no budget is charged: cost + uncharged = price of the usage.',
  }),
  hold_usd: Usd,
  hold_nanousd: NanoUsd,
  hold_tokens: Type.Integer(),
  output_cap: nullable(
    Type.Integer({ description: 'Most output tokens that were reserved for each choice.' }),
  ),
  price_version: Type.String(),
  error: nullable(Type.String({ description: 'Code of docs/errors.md, or `client_aborted`.' })),
  partial: Type.Boolean({ description: 'The client did not get the whole answer.' }),
  recovered: Type.Boolean({ description: 'Closed after a crash of the node that held it.' }),
  started_at: Time,
  first_token_ms: nullable(Type.Integer()),
  duration_ms: nullable(Type.Integer()),
  node_epoch: Type.Integer(),
};

export const Request = Type.Object(requestMembers);
export type Request = Static<typeof Request>;

export const Attempt = Type.Object({
  provider: Type.String(),
  upstream_model: Type.String(),
  status: nullable(Type.Integer({ description: 'HTTP status; `null` if the upstream never answered.' })),
  error: nullable(Type.String()),
  duration_ms: nullable(Type.Number()),
  credential: nullable(Type.String({ description: 'Which of several keys of the provider, masked.' })),
  usage: nullable(RequestUsage),
});
export type Attempt = Static<typeof Attempt>;

export const RequestDetail = Type.Object({
  ...requestMembers,
  attempts: Type.Array(Attempt, { description: 'In the order in which they were made.' }),
  checkpoint_at: nullable(Time),
  key_name: nullable(Type.String()),
  project: nullable(Type.String()),
});
export type RequestDetail = Static<typeof RequestDetail>;

const Decimal = (description: string) => Type.String({ maxLength: 25, description });
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

export const requestFilters = {
  key: Type.Optional(Type.String({ maxLength: 100, description: 'Id of a key.' })),
  project: Type.Optional(Type.String({ maxLength: 200, description: 'Id or name.' })),
  model: Type.Optional(Type.String({ maxLength: 200 })),
  provider: Type.Optional(Type.String({ maxLength: 100 })),
  end_user: Type.Optional(Type.String({ maxLength: 512 })),
  state: Type.Optional(oneOf(states)),
  error: Type.Optional(
    Type.String({ maxLength: 100, description: 'A code; `any` = with an error, `none` = without.' }),
  ),
  partial: flag('Only those that were broken off, or only the others.'),
  recovered: flag('Only those closed after a crash, or only the others.'),
  stream: flag('Only streams, or only the others.'),
  min_cost: Type.Optional(Decimal('USD, inclusive.')),
  max_cost: Type.Optional(Decimal('USD, inclusive.')),
  min_duration_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
  max_duration_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
  id: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the id.' })),
  ...rangeQuery,
};

export const RequestQuery = Type.Object({ ...pageQuery, ...requestFilters }, closed);
export const ExportQuery = Type.Object(
  { format: Type.Optional(oneOf(['csv', 'jsonl'], { description: 'Default `jsonl`.' })), ...requestFilters },
  closed,
);
