// The embedded model on the wire: how it comes up, what it is, and how busy it is.
import { type Static, Type } from 'typebox';
import { nullable, oneOf } from './forms.ts';

export const engineStates = [
  'off',
  'locating',
  'downloading',
  'loading',
  'ready',
  'restarting',
  'failed',
  'stopped',
] as const;

const count = nullable(Type.Integer());

export const LocalModel = Type.Object({
  state: oneOf(engineStates),
  detail: Type.String({ description: 'What is going on, or what went wrong and what to do, in a sentence.' }),
  progress: nullable(Type.Number({ description: '0 to 1, while it is downloaded or loaded.' })),
  download: nullable(
    Type.Object({
      bytes: Type.Integer(),
      total: count,
      bytes_per_second: Type.Number(),
      seconds_left: nullable(Type.Number()),
    }),
  ),
  model: nullable(Type.String({ description: 'The model file.' })),
  setting: nullable(Type.String({ description: 'TOLLGATE_LOCAL_MODEL; `null`: the gateway chooses.' })),
  context_window: count,
  slots: count,
  slots_busy: count,
  queue: nullable(Type.Integer({ description: 'Requests that wait for a slot.' })),
  queue_limit: count,
  threads: count,
  tokens_per_second: nullable(Type.Number({ description: 'Lately; 0 before the first token.' })),
  decoded_tokens: nullable(Type.Integer({ description: 'Since it started.' })),
  prompt_tokens: nullable(Type.Integer({ description: 'Since it started.' })),
  memory_bytes: nullable(Type.Integer({ description: 'What its process has in memory.' })),
  models: Type.Array(Type.String(), { description: 'Public models that route to it.' }),
});
export type LocalModel = Static<typeof LocalModel>;
