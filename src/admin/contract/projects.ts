// Organizations and projects on the wire.
import { type Static, Type } from 'typebox';
import { closed, Id, Metadata, Name, nullable, optional, pageQuery, Revision, Time } from './forms.ts';

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
  archived: Type.Boolean({ description: 'Its keys are refused.' }),
  metadata: nullable(Metadata),
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
  },
  closed,
);
