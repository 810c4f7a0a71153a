// Providers on the wire: where they are, how their targets and keys are doing, and how administrators make and change them. A
// credential goes in and never comes out. What an entry may say is checked by the rules of tollgate.yaml; here is its shape.
import { type Static, Type } from 'typebox';
import { closed, nullable, oneOf, Time } from './forms.ts';
import { ModelCapabilities, origin, Target } from './models.ts';

export const providerTypes = [
  'openai',
  'openai-compatible',
  'anthropic',
  'gemini',
  'bedrock',
  'azure-openai',
] as const;
export type ProviderType = (typeof providerTypes)[number];

const secret = Type.String({
  minLength: 1,
  maxLength: 16_384,
  description: 'A credential: goes in and never comes out.',
});

export const ShownCredential = Type.Object({
  id: nullable(
    Type.String({ description: 'Of those stored here: keeps the key in a change of `api_keys`.' }),
  ),
  field: Type.String({ description: '`api_key`, `api_keys[1]`, `headers.x-team`, …' }),
  preview: Type.String({ description: 'Its last characters: `…wxyz`.' }),
  weight: nullable(Type.Number()),
  set_at: nullable(Time),
  resting: Type.Array(Type.Object({ model: Type.String(), for_ms: Type.Integer(), reason: Type.String() }), {
    description: 'Models at the provider for which the key is left alone now, since it failed.',
  }),
});
export type ShownCredential = Static<typeof ShownCredential>;

export const Provider = Type.Object({
  name: Type.String(),
  type: Type.String(),
  base_url: nullable(Type.String()),
  preset: nullable(Type.String({ description: 'Of `openai-compatible`: the known server it is.' })),
  region: nullable(Type.String({ description: 'Of `bedrock`.' })),
  api_version: nullable(Type.String({ description: 'Of `azure-openai`.' })),
  credentials: Type.Integer({ description: 'How many keys it draws from; the keys are never shown.' }),
  secrets: Type.Array(ShownCredential, { description: 'What may be shown of its credentials.' }),
  unavailable: nullable(Type.String({ description: 'Why it cannot be used now.' })),
  models: Type.Array(Type.String(), { description: 'Public models that route to it.' }),
  targets: Type.Array(Target),
  ...origin,
  entry: nullable(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      description: 'Of `admin`: what was written, with previews in the place of credentials.',
    }),
  ),
});
export type Provider = Static<typeof Provider>;

const WeightedKey = Type.Object(
  {
    key: Type.Optional(secret),
    id: Type.Optional(
      Type.String({ maxLength: 100, description: 'In the place of `key`: keeps the one stored.' }),
    ),
    weight: Type.Optional(Type.Number()),
  },
  closed,
);
const Headers = Type.Unsafe<Record<string, string | null>>({
  type: 'object',
  maxProperties: 64,
  additionalProperties: { type: ['string', 'null'], maxLength: 16_384 },
  description: 'Sent with every call; values are credentials. In a change `null` takes one out.',
});

const members = {
  base_url: Type.Optional(nullable(Type.String({ maxLength: 2_000 }))),
  preset: Type.Optional(nullable(Type.String({ maxLength: 64, description: 'Of `openai-compatible`.' }))),
  region: Type.Optional(nullable(Type.String({ maxLength: 64, description: 'Of `bedrock`.' }))),
  api_version: Type.Optional(nullable(Type.String({ maxLength: 64, description: 'Of `azure-openai`.' }))),
  api_key: Type.Optional(nullable(secret)),
  api_keys: Type.Optional(
    nullable(Type.Array(WeightedKey, { maxItems: 64, description: 'In the place of `api_key`.' })),
  ),
  access_key_id: Type.Optional(nullable(secret)),
  secret_access_key: Type.Optional(nullable(secret)),
  session_token: Type.Optional(nullable(secret)),
  headers: Type.Optional(nullable(Headers)),
  capabilities: Type.Optional(nullable(ModelCapabilities)),
};

const name = Type.String({ minLength: 1, maxLength: 64, description: 'What routes call it.' });
const type = oneOf(providerTypes, { description: 'Which wire it speaks: docs/providers.md.' });

export const NewProvider = Type.Object({ name, type, ...members }, closed);
export type NewProvider = Static<typeof NewProvider>;

export const ProviderChange = Type.Object(members, {
  ...closed,
  description:
    'What is left out stays; `null` takes it out. `api_key` and `api_keys` replace each other. With another address credentials are given again: the stored ones go nowhere else.',
});
export type ProviderChange = Static<typeof ProviderChange>;

export const DraftProvider = Type.Object({ type, ...members }, closed);

export const ProviderPreset = Type.Object({
  id: Type.String(),
  type,
  preset: nullable(Type.String()),
  label: Type.String(),
  base_url: nullable(Type.String({ description: '`null`: it has to be given.' })),
  key: oneOf(['needed', 'optional', 'aws'], { description: 'Whether it needs a key.' }),
  local: Type.Boolean({ description: 'It runs on a machine of your own.' }),
});
export type ProviderPreset = Static<typeof ProviderPreset>;
export const ProviderPresets = Type.Object({ data: Type.Array(ProviderPreset) });
export type ProviderPresets = Static<typeof ProviderPresets>;

export const OfferedModel = Type.Object({
  id: Type.String({ description: 'Its name at the provider.' }),
  context_window: nullable(Type.Integer()),
  price: nullable(
    Type.Unsafe<unknown>({
      description: 'What the list that came with the gateway says, as `terms` of a price.',
    }),
  ),
  routed: Type.Boolean({ description: 'A public model routes to it already.' }),
});
export type OfferedModel = Static<typeof OfferedModel>;
export const OfferedModels = Type.Object({
  data: Type.Array(OfferedModel),
  cut: Type.Boolean({ description: 'There are more than are shown.' }),
  failure: nullable(
    Type.Object(
      { message: Type.String(), status: nullable(Type.Integer()), upstream_message: nullable(Type.String()) },
      { description: 'Why there is no list, and what the provider said.' },
    ),
  ),
});
export type OfferedModels = Static<typeof OfferedModels>;
