// Models and providers on the wire: what routes where, at what price, and how the targets are doing.
import { type Static, Type } from 'typebox';
import { nullable, oneOf } from './forms.ts';

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

export const Model = Type.Object({
  name: Type.String(),
  strategy: Type.String(),
  route: Type.Array(Type.Array(Target), {
    description: 'Groups in order; each is tried after the one before.',
  }),
  price: nullable(ModelPrice),
  context_window: nullable(Type.Integer()),
  max_output_tokens: nullable(Type.Integer()),
  created_at: Type.String({ format: 'date-time' }),
});
export type Model = Static<typeof Model>;

export const Provider = Type.Object({
  name: Type.String(),
  type: Type.String(),
  base_url: nullable(Type.String()),
  credentials: Type.Integer({ description: 'How many keys it draws from; the keys are never shown.' }),
  unavailable: nullable(Type.String({ description: 'Why it cannot be used now.' })),
  models: Type.Array(Type.String(), { description: 'Public models that route to it.' }),
  targets: Type.Array(Target),
});
export type Provider = Static<typeof Provider>;
