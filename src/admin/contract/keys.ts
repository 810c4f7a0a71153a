// API keys on the wire. The key itself is in two answers only: when it is made, and when it gets a new secret.
import { type Static, Type } from 'typebox';
import { keySorts } from '../../core/accounts.ts';
import {
  closed,
  Id,
  Metadata,
  Name,
  NanoUsd,
  nullable,
  oneOf,
  optional,
  pageQuery,
  Revision,
  Time,
  TimeInput,
  Usd,
} from './forms.ts';
import { NewKeyLimit, TightestLimit } from './limits.ts';

const Models = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  minItems: 1,
  maxItems: 1000,
  description: 'Public models the key may use; absent or `null` = all.',
});
const AllowedIps = Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
  minItems: 1,
  maxItems: 256,
  description: 'Addresses or ranges (CIDR, IPv4 and IPv6) it may be used from; absent or `null` = anywhere.',
});

export const KeyOptions = Type.Object(
  {
    strict_params: Type.Optional(
      Type.Boolean({ description: 'Fields nobody knows, or an upstream would not get, are refused.' }),
    ),
    reasoning_alias: Type.Optional(
      Type.Boolean({ description: 'Reasoning goes out as `reasoning` too, beside `reasoning_content`.' }),
    ),
    max_output_tokens: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Most tokens an answer may have.' }),
    ),
    log_content: Type.Optional(
      Type.Boolean({
        description:
          '`true`: all that is said is kept, unless tollgate.yaml has `logging.content: off`. `false`: nothing is. Absent: as tollgate.yaml says. A member can only set `false`.',
      }),
    ),
  },
  { ...closed, description: 'What differs for this key from the settings of models and server.' },
);

export const keyStatuses = ['active', 'disabled', 'expired', 'revoked'] as const;

const keyMembers = {
  id: Id,
  name: Name,
  project_id: Id,
  project: Type.String({ description: 'Name of the project.' }),
  project_archived: Type.Boolean({
    description: 'While its project is archived the key is refused, whatever its own status.',
  }),
  organization_id: Id,
  preview: Type.String({ description: 'The key, masked: `sk-tg-ab***wxyz`.' }),
  status: oneOf(keyStatuses),
  models: nullable(Models),
  allowed_ips: nullable(AllowedIps),
  options: nullable(KeyOptions),
  metadata: nullable(Metadata),
  expires_at: nullable(Time),
  revoked_at: nullable(Time),
  created_at: Time,
  last_used_at: nullable(Time),
  created_by: nullable(
    Type.Object(
      { id: Id, name: Type.String() },
      { description: 'The member whose key it is; `null` = nobody but the administrators.' },
    ),
  ),
  kind: nullable(oneOf(['playground'], { description: 'Made by the console for somebody’s playground.' })),
  limit: nullable(TightestLimit),
  spend_usd: Usd,
  spend_nanousd: NanoUsd,
  spend_requests: Type.Integer({ description: 'Requests settled since `spend_since`.' }),
  spend_since: Type.String({
    format: 'date-time',
    description: 'Beginning of the month, in the time zone of the server.',
  }),
  revision: Revision,
};

export const Key = Type.Object(keyMembers);
export type Key = Static<typeof Key>;

export const KeyDetail = Type.Object({
  ...keyMembers,
  previous_secrets: Type.Array(Type.Object({ preview: Type.String(), expires_at: Time }), {
    description: 'Secrets that were replaced and still work.',
  }),
});
export type KeyDetail = Static<typeof KeyDetail>;

export const KeyWithSecret = Type.Object({
  ...KeyDetail.properties,
  key: Type.String({ description: 'The key itself: shown in this answer and never again.' }),
});
export type KeyWithSecret = Static<typeof KeyWithSecret>;

export const NewKey = Type.Object(
  {
    name: Name,
    project: optional(Type.String({ maxLength: 200, description: 'Id or name; default `default`.' })),
    models: optional(Models),
    expires_at: optional(TimeInput),
    allowed_ips: optional(AllowedIps),
    options: optional(KeyOptions),
    metadata: optional(Metadata),
    limits: optional(
      Type.Array(NewKeyLimit, {
        maxItems: 24,
        description: 'Limits of this key, stored with it or not at all.',
      }),
    ),
  },
  closed,
);
export type NewKey = Static<typeof NewKey>;

export const KeyChange = Type.Object(
  {
    name: Type.Optional(Name),
    models: optional(Models),
    expires_at: optional(TimeInput),
    allowed_ips: optional(AllowedIps),
    options: optional(KeyOptions),
    metadata: optional(Metadata),
    disabled: Type.Optional(Type.Boolean({ description: 'A disabled key can be enabled again.' })),
  },
  closed,
);
export type KeyChange = Static<typeof KeyChange>;

export const KeyRotation = Type.Object(
  {
    overlap: optional(
      Type.String({
        maxLength: 10,
        description:
          'How long the old secret works on: `30m`, `24h` (default), `7d`, up to `90d`. `0` ends it, and every earlier one, at once.',
      }),
    ),
  },
  closed,
);

export const KeyQuery = Type.Object(
  {
    ...pageQuery,
    project: Type.Optional(Type.String({ maxLength: 200, description: 'Id or name.' })),
    organization: Type.Optional(Type.String({ maxLength: 200, description: 'Id or name.' })),
    status: Type.Optional(oneOf(keyStatuses)),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name.' })),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Part of the name or of `preview`, or the id.',
      }),
    ),
    member: Type.Optional(
      Type.String({ maxLength: 100, description: 'Whose: the id of a member, or `me` for whoever asks.' }),
    ),
    kind: Type.Optional(
      oneOf(['api', 'playground'], { description: '`api`: without the keys of playgrounds.' }),
    ),
    sort: Type.Optional(
      oneOf(keySorts, {
        description:
          'Default `created`. `spend` is that of this month; keys without an end come last by `expires`. A cursor is for the order it was made in.',
      }),
    ),
    order: Type.Optional(
      oneOf(['asc', 'desc'], {
        description: 'Default `asc` for `name` and `expires`, `desc` for all others.',
      }),
    ),
  },
  closed,
);
