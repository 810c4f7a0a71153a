// Who is signed in to the console, and by what ways somebody may be. The session itself is a cookie no script can read.
import { type Static, Type } from 'typebox';
import { roles } from '../../core/roles.ts';
import { Id, oneOf, Time } from './forms.ts';

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
  expires_at: Time,
});
export type Session = Static<typeof Session>;

export const SessionOptions = Type.Object({
  setup_required: Type.Boolean({
    description: 'There is no member yet: the link of the first start makes the first.',
  }),
  password_login: Type.Boolean({ description: 'Whether members may sign in with a password.' }),
  sso: Type.Array(
    Type.Object({
      name: Type.String(),
      url: Type.String({ description: 'Where the browser goes to sign in.' }),
    }),
    { description: 'Identity providers of `console.sso`.' },
  ),
  version: Type.String(),
});
export type SessionOptions = Static<typeof SessionOptions>;
