// Prices on the wire. Amounts are checked by the rule (accounts/price-admin.ts); here is their shape.
import { type Static, Type } from 'typebox';
import type { PriceTerms } from '../../core/price-terms.ts';
import { closed, nullable, oneOf, Time, TimeInput } from './forms.ts';

const name = { type: 'string', minLength: 1, maxLength: 512 } as const;

export const Price = Type.Object({
  version: Type.String({ description: 'Named by rows of the ledger; its terms never change.' }),
  model: Type.String(),
  source: oneOf(['config', 'seed', 'admin', 'free'], {
    description:
      '`config`: tollgate.yaml. `seed`: the list that came with the gateway. `admin`: set here. `free`: costs nothing, by tollgate.yaml or as the embedded model.',
  }),
  terms: Type.Unsafe<unknown>({ description: 'As `price` of tollgate.yaml: docs/prices.md.' }),
  in_force: Type.Boolean({ description: 'New requests for the model are priced by it.' }),
  valid_from: nullable(Type.String({ format: 'date-time' })),
  withdrawn_at: nullable(Time),
  set_by: nullable(Type.String({ description: 'Of `admin`: who set it, where `history` was asked for.' })),
});
export type Price = Static<typeof Price>;

const amount = { type: ['string', 'number'] };
const rates = {
  input: amount,
  cached_input: amount,
  cache_write: amount,
  cache_write_1h: amount,
  audio_input: amount,
  cached_audio_input: amount,
  image_input: amount,
  output: amount,
  reasoning: amount,
  audio_output: amount,
  image_output: amount,
};
const needed = { required: ['input', 'output'], additionalProperties: false };
const tiers = {
  type: 'array',
  minItems: 1,
  maxItems: 16,
  items: {
    type: 'object',
    properties: { above: { type: 'integer', minimum: 1, maximum: 1_000_000_000 }, ...rates },
    required: ['above', 'input', 'output'],
    additionalProperties: false,
  },
};
const service = { type: ['string', 'number', 'object'], properties: { ...rates, tiers }, ...needed };

const Terms = Type.Unsafe<PriceTerms | string>({
  type: ['object', 'string'],
  properties: {
    ...rates,
    tiers,
    services: {
      type: 'object',
      maxProperties: 32,
      propertyNames: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,31}$' },
      additionalProperties: service,
    },
    default_service: { type: 'string', maxLength: 32 },
  },
  ...needed,
  description: 'USD per million tokens by class, as `price` of tollgate.yaml (docs/prices.md), or `free`.',
});

export const NewPrice = Type.Object(
  {
    model: Type.Unsafe<string>({ ...name, description: 'Public name of the model.' }),
    terms: Terms,
    valid_from: Type.Optional(
      nullable({
        ...TimeInput,
        description: 'From when on; now, if left out. A time to come is allowed, one that has passed is not.',
      }),
    ),
  },
  closed,
);

export const PriceQuery = Type.Object(
  {
    model: Type.Optional(Type.Unsafe<string>({ ...name, description: 'Of this model only.' })),
    history: Type.Optional(
      Type.Boolean({ description: 'Every price of `model` that was ever in force, newest first.' }),
    ),
    administered: Type.Optional(
      Type.Boolean({
        description:
          'Those that were set here and not withdrawn instead, by `valid_from`: also those to come, and those that a later one follows.',
      }),
    ),
  },
  closed,
);
