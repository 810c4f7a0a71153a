// Organizations and projects on the wire.
import { type Static, Type } from 'typebox';
import {
  closed,
  Id,
  Metadata,
  Name,
  NanoUsd,
  nullable,
  optional,
  pageQuery,
  Revision,
  Time,
  Usd,
} from './forms.ts';
import { TightestLimit } from './limits.ts';

export const Organization = Type.Object({
  id: Id,
  name: Name,
  metadata: nullable(Metadata),
  revision: Revision,
  created_at: Time,
});
export type Organization = Static<typeof Organization>;

export const NewOrganization = Type.Object({ name: Name, metadata: optional(Metadata) }, closed);
export const OrganizationChange = Type.Object(
  { name: Type.Optional(Name), metadata: optional(Metadata) },
  closed,
);
export const OrganizationQuery = Type.Object(pageQuery, closed);

export const Project = Type.Object({
  id: Id,
  name: Name,
  organization_id: Id,
  organization: Type.String({ description: 'Name of the organization.' }),
  archived: Type.Boolean({ description: 'Its keys are refused.' }),
  metadata: nullable(Metadata),
  keys: Type.Integer({ description: 'Keys of it that are not revoked.' }),
  limit: nullable(TightestLimit),
  spend_usd: Usd,
  spend_nanousd: NanoUsd,
  spend_requests: Type.Integer({ description: 'Requests settled since `spend_since`.' }),
  spend_since: Type.String({
    format: 'date-time',
    description: 'Beginning of the month, in the time zone of the server.',
  }),
  revision: Revision,
  created_at: Time,
});
export type Project = Static<typeof Project>;

export const NewProject = Type.Object(
  {
    name: Name,
    organization: optional(Type.String({ maxLength: 200, description: 'Id or name; default `default`.' })),
    metadata: optional(Metadata),
  },
  closed,
);
export const ProjectChange = Type.Object(
  {
    name: Type.Optional(Name),
    archived: Type.Optional(
      Type.Boolean({ description: 'Its keys are refused within a second, or work again.' }),
    ),
    metadata: optional(Metadata),
  },
  closed,
);
export const ProjectQuery = Type.Object(
  {
    ...pageQuery,
    organization: Type.Optional(Type.String({ maxLength: 200, description: 'Id or name.' })),
    archived: Type.Optional(Type.Boolean()),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name, or the id.' }),
    ),
  },
  closed,
);
