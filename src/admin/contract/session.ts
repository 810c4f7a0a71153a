// Who is signed in to the console, and by what ways somebody may be. The session itself is a cookie no script can read.
import { type Static, Type } from 'typebox';
import { roles } from '../../core/roles.ts';
import { closed, Id, Name, oneOf, Time } from './forms.ts';

export const Email = Type.String({ minLength: 1, maxLength: 254, description: 'E-mail address.' });
/** Its own rules are told when it is set; this bounds the work of checking one. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'At least 10 characters.',
});
const LinkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What follows `#token=` in the link.',
});

export const SessionMember = Type.Object({
  id: Id,
  name: Type.String(),
  email: Type.String(),
  role: oneOf(roles, {
    description: '`viewer` reads, `member` has keys of their own too, `admin` does everything.',
  }),
});
export type SessionMember = Static<typeof SessionMember>;

export const Session = Type.Object({
  member: SessionMember,
  csrf_token: Type.String({
    description: 'Sent as `x-csrf-token` with everything but GET and HEAD by whoever is signed in by cookie.',
  }),
  expires_at: Type.String({
    format: 'date-time',
    description: 'Unless there are requests meanwhile, and 30 days after signing in at the latest.',
  }),
  id: Id,
  method: Type.String({ description: '`password`, `link`, or `sso:` and the name of the provider.' }),
  has_password: Type.Boolean(),
});
export type Session = Static<typeof Session>;

export const SessionOptions = Type.Object({
  setup_required: Type.Boolean({
    description: 'There is no member yet: the link of the first start makes the first.',
  }),
  signed_in: Type.Boolean({ description: 'Whether whoever asks has a session that goes on.' }),
  password_login: Type.Boolean({ description: 'Whether members may sign in with a password.' }),
  sso: Type.Array(
    Type.Object({
      name: Type.String(),
      url: Type.String({ description: 'Where the browser goes to sign in; takes `?next=`.' }),
    }),
    { description: 'Identity providers of `console.sso`.' },
  ),
  version: Type.String(),
});
export type SessionOptions = Static<typeof SessionOptions>;

export const SignIn = Type.Object({ email: Email, password: Password }, closed);
export type SignIn = Static<typeof SignIn>;

export const OwnChange = Type.Object({ name: Name }, closed);

export const PasswordChange = Type.Object(
  { current_password: Password, new_password: Password },
  { ...closed, description: 'Ends every other session.' },
);

export const ListedSession = Type.Object({
  id: Id,
  current: Type.Boolean({ description: 'The one that asks.' }),
  method: Type.String(),
  address: Type.String({ description: 'From where it began.' }),
  user_agent: Type.String(),
  created_at: Time,
  last_seen_at: Time,
  expires_at: Time,
});
export type ListedSession = Static<typeof ListedSession>;

export const SessionList = Type.Object({ data: Type.Array(ListedSession) });
export type SessionList = Static<typeof SessionList>;

export const SessionEnd = Type.Object(
  { keep_current: Type.Optional(Type.Boolean({ description: 'All but the one that asks.' })) },
  closed,
);

export const OpenLink = Type.Object({ token: LinkToken }, closed);
export const LinkFacts = Type.Object({
  kind: oneOf(['invite', 'reset']),
  name: Type.String(),
  email: Type.String(),
  role: oneOf(roles),
  expires_at: Time,
});
export type LinkFacts = Static<typeof LinkFacts>;

export const AcceptLink = Type.Object(
  { token: LinkToken, name: Type.Optional(Name), password: Password },
  closed,
);

export const SetUp = Type.Object(
  {
    name: Name,
    email: Email,
    password: Type.Optional(Password),
  },
  { ...closed, description: 'Without a password only where passwords are turned off.' },
);

/** What the login page is told, as `?error=`, when a sign-in at an identity provider came to nothing. */
export const ssoErrors = [
  'sso_unknown_provider',
  'sso_unreachable',
  'sso_expired',
  'sso_denied',
  'sso_invalid',
  'sso_no_email',
  'sso_unverified_email',
  'sso_not_a_member',
  'sso_no_role',
  'sso_other_account',
  'sso_disabled',
] as const;
export type SsoError = (typeof ssoErrors)[number];

export const SsoBegin = Type.Object(
  {
    next: Type.Optional(Type.String({ maxLength: 2000, description: 'Path of the console to go to then.' })),
  },
  closed,
);
const fromProvider = Type.Optional(Type.String({ maxLength: 8000 }));
/** Providers add parameters of their own, which are of no concern. */
export const SsoReturn = Type.Object({
  code: fromProvider,
  state: fromProvider,
  error: fromProvider,
  iss: fromProvider,
});
