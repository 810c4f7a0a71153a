// The audit log and the state of the configuration on the wire.
import { type Static, Type } from 'typebox';
import { closed, Id, nullable, pageQuery, rangeQuery, Time } from './forms.ts';

const Facts = Type.Unsafe<unknown>({ description: 'Never a secret.' });

export const AuditEntry = Type.Object({
  id: Id,
  at: Time,
  actor: Type.String({
    description:
      'E-mail address of a member, or `admin-token`, `cli`, `config`, `bootstrap`; `anonymous` for sign-ins that failed.',
  }),
  action: Type.String({ description: '`key.create`, `limit.update`, …' }),
  target_kind: Type.String(),
  target_id: Type.String(),
  before: Facts,
  after: Facts,
});
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditQuery = Type.Object(
  {
    ...pageQuery,
    ...rangeQuery,
    actor: Type.Optional(Type.String({ maxLength: 100 })),
    action: Type.Optional(Type.String({ maxLength: 100 })),
    target_kind: Type.Optional(Type.String({ maxLength: 100 })),
    target_id: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
);

export const ConfigState = Type.Object({
  version: Type.String({ description: 'Of the gateway.' }),
  generation: Type.Integer({ description: '1 at start, one more each time tollgate.yaml is taken over.' }),
  file: nullable(Type.String({ description: 'Path of tollgate.yaml; `null` when there is none.' })),
  refused: nullable(Type.String({ description: 'Why the file as it is now is not in use.' })),
  time_zone: Type.String(),
  data_folder: Type.String(),
  database: Type.String(),
  engine: Type.Object({
    state: Type.String(),
    detail: Type.String(),
    progress: nullable(Type.Number()),
    model: nullable(Type.String()),
    context_window: nullable(Type.Integer()),
  }),
});
export type ConfigState = Static<typeof ConfigState>;
