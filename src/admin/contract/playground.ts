// What the playground of the console asks for: a secret to call models with, and what each model can be asked.
import { type Static, Type } from 'typebox';
import { closed, Id, nullable, oneOf, optional, Time } from './forms.ts';
import { ModelPrice } from './models.ts';

export const PlaygroundKeyRequest = Type.Object(
  { project: optional(Type.String({ maxLength: 200, description: 'Id or name; default `default`.' })) },
  closed,
);
export type PlaygroundKeyRequest = Static<typeof PlaygroundKeyRequest>;

export const PlaygroundKey = Type.Object({
  key: Type.String({ description: 'For `Authorization: Bearer`; shown in this answer and never again.' }),
  preview: Type.String({ description: 'The same, masked.' }),
  expires_at: Time,
  key_id: Id,
  name: Type.String(),
  project_id: Id,
  project: Type.String({ description: 'Name of the project.' }),
});
export type PlaygroundKey = Static<typeof PlaygroundKey>;

export const playgroundStates = ['ready', 'loading', 'circuit_open', 'unavailable', 'unpriced'] as const;

const can = (what: string) => Type.Boolean({ description: `Whether any of its targets takes ${what}.` });

export const PlaygroundModel = Type.Object({
  name: Type.String(),
  providers: Type.Array(Type.String(), { description: 'In the order in which they are tried.' }),
  state: oneOf(playgroundStates, {
    description:
      'Of its best target on the node that answers. `unpriced`: requests are refused, since nobody knows what they cost.',
  }),
  reason: nullable(Type.String({ description: 'Why it is not ready, as a sentence.' })),
  retry_after_ms: nullable(Type.Integer({ description: 'When it may be.' })),
  price: nullable(ModelPrice),
  context_window: nullable(Type.Integer()),
  max_output_tokens: nullable(Type.Integer()),
  takes: Type.Object({
    images: can('images'),
    tools: can('tools'),
    json_schema: can('JSON schemas'),
    logprobs: can('log probabilities'),
  }),
  ignores: Type.Array(Type.String(), {
    description: 'Fields that none of its targets is sent, because it would refuse them.',
  }),
});
export type PlaygroundModel = Static<typeof PlaygroundModel>;

export const PlaygroundModels = Type.Object({ data: Type.Array(PlaygroundModel) });
export type PlaygroundModels = Static<typeof PlaygroundModels>;
