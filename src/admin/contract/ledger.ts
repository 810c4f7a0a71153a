// Rows of the ledger on the wire: one for each request that was held.
import { type Static, Type } from 'typebox';
import { tokenClasses } from '../../core/price-lines.ts';
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
  key_name: nullable(Type.String({ description: '`null`: the key is not there any more.' })),
  project_id: Id,
  project: nullable(Type.String({ description: 'Name of the project.' })),
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
  duration_ms: nullable(Type.Number({ description: 'Until it began to answer, or failed.' })),
  start_ms: nullable(Type.Integer({ description: 'Since `started_at`: the call began.' })),
  first_byte_ms: nullable(Type.Integer({ description: "Since `started_at`: the upstream's status came." })),
  credential: nullable(Type.String({ description: 'Which of several keys of the provider, masked.' })),
  usage: nullable(RequestUsage),
});
export type Attempt = Static<typeof Attempt>;

const Timeline = Type.Object(
  {
    held_ms: nullable(
      Type.Integer({ description: 'Its hold was committed; only then an upstream is called.' }),
    ),
    first_token_ms: nullable(Type.Integer()),
    last_token_ms: nullable(Type.Integer({ description: 'The last piece of the answer came.' })),
    settled_ms: nullable(Type.Integer({ description: 'The answer was over; the row was closed next.' })),
  },
  { description: 'In ms since `started_at`. `null`: not known, or it did not come to that.' },
);

const PriceLine = Type.Object({
  class: oneOf(tokenClasses),
  tokens: Type.Integer(),
  usd_per_million: Usd,
  rate_of: oneOf(tokenClasses, {
    description: 'Whose rate it is: a class without one of its own costs what this one does.',
  }),
  usd: Type.String({ description: 'Tokens x rate, exact: up to 15 decimal places.' }),
});

const PriceArithmetic = Type.Object(
  {
    version: Type.String(),
    model: Type.String(),
    lines: Type.Array(PriceLine, { description: 'Classes that were used; input and output always.' }),
    sum_usd: Type.String({ description: 'Of the lines, exact.' }),
    total_usd: Type.String({ description: 'The sum rounded up to a whole nano-USD, once.' }),
    total_nanousd: NanoUsd,
    tier_above: nullable(Type.Integer({ description: 'Rates of prompts longer than this.' })),
    service: nullable(Type.String({ description: 'Rates of this service tier.' })),
    matches: Type.Boolean({ description: 'The total is `cost_nanousd` + `uncharged_nanousd` of the row.' }),
  },
  { description: 'How the cost comes about. `null`: nothing was used, or the price is not known here.' },
);
export type PriceArithmetic = Static<typeof PriceArithmetic>;

const Client = Type.Object(
  {
    user_agent: nullable(Type.String({ description: 'Up to 100 characters; `…` ends one that was cut.' })),
    network: nullable(oneOf(['loopback', 'private', 'public'])),
    idempotency_key: nullable(Type.Boolean({ description: 'It came with an `Idempotency-Key`.' })),
    retry: nullable(Type.Integer({ description: 'How often the SDK had tried before, if it says so.' })),
  },
  { description: 'All that is kept of the headers and the address of the client.' },
);

const ErrorHelp = Type.Object({ code: Type.String(), meaning: Type.String(), remedy: Type.String() });
export type ErrorHelp = Static<typeof ErrorHelp>;

export const contentStates = ['kept', 'none', 'off', 'forbidden'] as const;

export const RequestDetail = Type.Object({
  ...requestMembers,
  attempts: Type.Array(Attempt, { description: 'In the order in which they were made.' }),
  checkpoint_at: nullable(Time),
  timeline: Timeline,
  price: nullable(PriceArithmetic),
  client: Client,
  help: Type.Array(ErrorHelp, { description: 'What the codes of the request and its attempts mean.' }),
  older_id: nullable(Id),
  newer_id: nullable(Id),
  content: oneOf(contentStates, {
    description:
      '`kept`: see `/requests/{id}/content`. `none`: nothing was kept of this one. `off`: and content logging is off. `forbidden`: content of keys that are not yours is for administrators.',
  }),
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
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'One or more codes, separated by commas; `any` = with an error, `none` = without.',
    }),
  ),
  partial: flag('Only those that were broken off, or only the others.'),
  recovered: flag('Only those closed after a crash, or only the others.'),
  stream: flag('Only streams, or only the others.'),
  min_cost: Type.Optional(Decimal('USD, inclusive.')),
  max_cost: Type.Optional(Decimal('USD, inclusive.')),
  min_duration_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
  max_duration_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
  min_first_token_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
  max_first_token_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
  id: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the id.' })),
  ...rangeQuery,
};

export const RequestList = Type.Object({
  data: Type.Array(Request),
  next_cursor: nullable(Type.String({ description: 'For the next page; `null` at the end.' })),
  searched_to: nullable({
    ...Time,
    description: 'Everything down to this moment was looked at. `null`: everything there is.',
  }),
});
export type RequestList = Static<typeof RequestList>;

/** The `data` of an event `requests`. */
export const LiveRequests = Type.Object({
  data: Type.Array(Request),
  gone: Type.Array(Id),
  more: Type.Boolean(),
});
export type LiveRequests = Static<typeof LiveRequests>;

export const LiveQuery = Type.Object(requestFilters, closed);
export const RequestQuery = Type.Object({ ...pageQuery, ...requestFilters }, closed);
export const ExportQuery = Type.Object(
  { format: Type.Optional(oneOf(['csv', 'jsonl'], { description: 'Default `jsonl`.' })), ...requestFilters },
  closed,
);
