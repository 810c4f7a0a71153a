// Models on the wire: what routes where, at what price, how the targets are doing, and how administrators make and change them.
// What an entry may say is checked by the rules of tollgate.yaml; here is its shape.
import { type Static, Type } from 'typebox';
import { strategies } from '../../routing/strategies.ts';
import { closed, nullable, oneOf, Revision, Time } from './forms.ts';

export const Target = Type.Object({
  provider: Type.String(),
  model: Type.String({ description: 'Its name at the provider.' }),
  weight: Type.Number(),
  circuit: oneOf(['closed', 'open', 'half-open'], {
    description:
      '`open`: it failed too often and is left alone; `half-open`: one request at a time tries it.',
  }),
  wait_ms: Type.Integer({ description: 'Until it is asked again; 0 = now.' }),
  in_flight: Type.Integer(),
  latency_ms: nullable(Type.Integer({ description: 'To the first token, worst lately.' })),
  unavailable: nullable(Type.String({ description: 'Why it cannot be used now.' })),
  last_error: nullable(
    Type.Object(
      { at: Time, code: Type.String(), message: Type.String() },
      { description: 'The last failure, also when requests have succeeded since. Forgotten at a restart.' },
    ),
  ),
});
export type Target = Static<typeof Target>;

export const ModelPrice = Type.Object({
  version: Type.String({ description: 'Named by rows of the ledger; says where the price comes from.' }),
  terms: Type.Unsafe<unknown>({
    description:
      'USD per million tokens by class, with tiers and services, as in tollgate.yaml: docs/prices.md.',
  }),
});
export type ModelPrice = Static<typeof ModelPrice>;

export const routingSources = ['config', 'environment', 'built-in', 'admin'] as const;
export type RoutingSource = (typeof routingSources)[number];

/** Members that providers and models have alike. */
export const origin = {
  source: oneOf(routingSources, {
    description:
      '`config`: stands in tollgate.yaml and is changed there. `environment`: its key is a variable. `built-in`: came with the gateway. `admin`: made here.',
  }),
  place: nullable(
    Type.Object(
      { file: Type.String(), line: Type.Integer() },
      { description: 'Of `config`: where it begins.' },
    ),
  ),
  problem: nullable(Type.String({ description: 'Why it is not in use, or not as it was written.' })),
  revision: nullable({ ...Revision, description: 'Of `admin`: the `ETag` to change it with.' }),
  updated_at: nullable({ ...Time, description: 'Of `admin`.' }),
};

const duration = Type.String({ maxLength: 32, description: 'Such as `500ms`, `30s` or `10m`.' });

export const RouteTarget = Type.Object(
  {
    provider: Type.String({ maxLength: 64 }),
    model: Type.Optional(
      Type.String({ maxLength: 200, description: 'Its name at the provider; default the public name.' }),
    ),
    weight: Type.Optional(Type.Number({ description: 'Share beside the others of its group; default 1.' })),
    cost: Type.Optional(Type.Number({ description: 'For the strategy `lowest-cost`.' })),
  },
  closed,
);
export type RouteTarget = Static<typeof RouteTarget>;

export const ModelCapabilities = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  description: 'As `capabilities` of tollgate.yaml: docs/configuration.md.',
});

const entry = {
  route: Type.Array(Type.Array(RouteTarget), {
    description: 'Groups in order; each is tried after the one before.',
  }),
  strategy: oneOf(strategies, { description: 'How the targets of a group are ordered; default `weighted`.' }),
  retry: Type.Object(
    { attempts: Type.Optional(Type.Integer()), deadline: Type.Optional(duration) },
    { ...closed, description: 'As in tollgate.yaml.' },
  ),
  hedge: duration,
  on_stream_failure: oneOf(['error', 'continue']),
  context_window: Type.Integer(),
  max_output_tokens: Type.Integer(),
  capabilities: ModelCapabilities,
  reasoning_alias: Type.Boolean(),
  strict_params: Type.Boolean(),
  timeouts: Type.Object(
    {
      connect: Type.Optional(duration),
      first_token: Type.Optional(duration),
      idle: Type.Optional(duration),
      total: Type.Optional(duration),
    },
    closed,
  ),
};
const { route, ...settings } = entry;
const optionalSettings = {
  strategy: Type.Optional(nullable(settings.strategy)),
  retry: Type.Optional(nullable(settings.retry)),
  hedge: Type.Optional(nullable(settings.hedge)),
  on_stream_failure: Type.Optional(nullable(settings.on_stream_failure)),
  context_window: Type.Optional(nullable(settings.context_window)),
  max_output_tokens: Type.Optional(nullable(settings.max_output_tokens)),
  capabilities: Type.Optional(nullable(settings.capabilities)),
  reasoning_alias: Type.Optional(nullable(settings.reasoning_alias)),
  strict_params: Type.Optional(nullable(settings.strict_params)),
  timeouts: Type.Optional(nullable(settings.timeouts)),
};

export const NewModel = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: 'What clients ask for.' }),
    route,
    ...optionalSettings,
  },
  closed,
);
export type NewModel = Static<typeof NewModel>;

export const ModelChange = Type.Object(
  { route: Type.Optional(route), ...optionalSettings },
  { ...closed, description: 'What is left out stays; `null` goes back to the default.' },
);
export type ModelChange = Static<typeof ModelChange>;

export const ModelTraffic = Type.Object(
  {
    requests: Type.Integer(),
    errors: Type.Integer(),
    p50_ms: nullable(Type.Integer({ description: 'Half of them took no longer.' })),
  },
  { description: 'Of the last 24 hours, to the full hour.' },
);
export type ModelTraffic = Static<typeof ModelTraffic>;

export const Model = Type.Object({
  name: Type.String(),
  strategy: Type.String(),
  route: Type.Array(Type.Array(Target), {
    description: 'Groups in order; each is tried after the one before.',
  }),
  price: nullable(ModelPrice),
  context_window: nullable(Type.Integer()),
  max_output_tokens: nullable(Type.Integer()),
  ...origin,
  entry: nullable(
    Type.Unsafe<Omit<NewModel, 'name'>>({
      type: 'object',
      description: 'Of `admin`: what was written, to be changed.',
    }),
  ),
  takes: Type.Object(
    {
      images: Type.Boolean(),
      audio: Type.Boolean(),
      files: Type.Boolean(),
      tools: Type.Boolean(),
      json_schema: Type.Boolean(),
    },
    { description: 'What some target of it can do.' },
  ),
  traffic: nullable(ModelTraffic),
  created_at: Type.String({ format: 'date-time' }),
});
export type Model = Static<typeof Model>;
