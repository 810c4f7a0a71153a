// Members of the console on the wire, and the links that let them in.
import { type Static, Type } from 'typebox';
import { roles } from '../../core/roles.ts';
import { closed, Id, Name, nullable, oneOf, pageQuery, Revision, Time } from './forms.ts';
import { Email } from './session.ts';

const Role = oneOf(roles, {
  description: '`viewer` reads, `member` has keys of their own too, `admin` does everything.',
});

export const memberStatuses = ['invited', 'active', 'disabled'] as const;

const memberMembers = {
  id: Id,
  name: Type.String(),
  email: Type.String(),
  role: Role,
  status: oneOf(memberStatuses, { description: '`invited`: has not come in yet.' }),
  has_password: Type.Boolean(),
  sso: Type.Array(Type.String(), { description: 'Issuers of the identity providers that know them.' }),
  keys: Type.Integer({ description: 'API keys of theirs that are not revoked.' }),
  sessions: Type.Integer(),
  link: nullable(
    Type.Object(
      { kind: oneOf(['invite', 'reset']), expires_at: Time },
      { description: 'A link that still works.' },
    ),
  ),
  last_seen_at: nullable(Time),
  created_at: Time,
  revision: Revision,
};

export const Member = Type.Object(memberMembers);
export type Member = Static<typeof Member>;

export const MemberLink = Type.Object({
  kind: oneOf(['invite', 'reset']),
  url: Type.String({ description: 'Hand it over yourself; shown in this answer and never again.' }),
  expires_at: Time,
});
export type MemberLink = Static<typeof MemberLink>;

export const MemberWithLink = Type.Object({ ...memberMembers, invitation: MemberLink });
export type MemberWithLink = Static<typeof MemberWithLink>;

export const NewMember = Type.Object(
  {
    email: Email,
    name: Type.Optional(Name),
    role: Role,
  },
  closed,
);
export type NewMember = Static<typeof NewMember>;

export const MemberChange = Type.Object(
  {
    name: Type.Optional(Name),
    email: Type.Optional(Email),
    role: Type.Optional(Role),
    disabled: Type.Optional(Type.Boolean({ description: 'A disabled member can be enabled again.' })),
  },
  closed,
);

export const MemberRemoval = Type.Object(
  {
    keys: Type.Optional(
      oneOf(['disable', 'keep'], {
        description:
          "Their API keys are nobody's then. `disable` (default): clients that use them get 403 from now on, and an administrator can enable them again. `keep`: they go on working.",
      }),
    ),
  },
  closed,
);

export const MemberQuery = Type.Object(
  {
    ...pageQuery,
    role: Type.Optional(oneOf(roles)),
    status: Type.Optional(oneOf(memberStatuses)),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name or address.' }),
    ),
  },
  closed,
);
