// Trials on the wire: one small request to a target, and what came of it.
import { type Static, Type } from 'typebox';
import { closed, nullable, Usd } from './forms.ts';
import { DraftProvider } from './providers.ts';

export const TrialResult = Type.Object({
  provider: Type.String(),
  model: Type.String({ description: 'Its name at the provider.' }),
  credential: nullable(Type.String({ description: 'Which key, where the provider has several.' })),
  ok: Type.Boolean(),
  status: nullable(
    Type.Integer({ description: 'HTTP status of the upstream; `null` if it never answered.' }),
  ),
  latency_ms: Type.Integer(),
  first_token_ms: nullable(Type.Integer()),
  answered_by: nullable(Type.String({ description: 'What the upstream calls the model that answered.' })),
  usage: nullable(Type.Object({ input: Type.Integer(), output: Type.Integer() })),
  error: nullable(
    Type.Object({
      code: Type.String({ description: 'docs/errors.md' }),
      message: Type.String({ description: 'What is wrong and where to look.' }),
      upstream_message: nullable(Type.String({ description: "The upstream's own words, without secrets." })),
    }),
  ),
  request_id: nullable(
    Type.String({
      description: 'Its row of the ledger; `null`: it is in none, since the model has no price.',
    }),
  ),
  cost: nullable(Usd),
});
export type TrialResult = Static<typeof TrialResult>;

export const Trials = Type.Object({ data: Type.Array(TrialResult) });
export type Trials = Static<typeof Trials>;

export const ProviderTrial = Type.Object(
  {
    model: Type.Optional(
      nullable(
        Type.String({
          minLength: 1,
          maxLength: 200,
          description: 'Its name at the provider; default one that a public model routes to.',
        }),
      ),
    ),
  },
  closed,
);

export const ModelTrial = Type.Object({}, closed);

export const DraftTrial = Type.Object(
  {
    provider: DraftProvider,
    model: Type.String({ minLength: 1, maxLength: 200, description: 'Its name at the provider.' }),
  },
  closed,
);
