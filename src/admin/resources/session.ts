// `/session` and `/sessions`: signing in and out, one's own name and password, and where one is signed in.
import type { Login } from '../../accounts/login.ts';
import { requirePassword } from '../../accounts/member-input.ts';
import type { Members } from '../../accounts/members.ts';
import type { PasswordHasher } from '../../accounts/password-hash.ts';
import { endOf, type OpenSession, type Sessions } from '../../accounts/sessions.ts';
import type { Clock } from '../../core/clock.ts';
import type { ConsoleSettings } from '../../core/console-settings.ts';
import { TollgateError } from '../../core/errors.ts';
import type { MemberReader, MemberWriter } from '../../core/members.ts';
import * as contract from '../contract/session.ts';
import { type AdminAnswer, type AdminCall, type Endpoint, endpoint } from '../endpoint.ts';
import { deviceCookie, deviceCookieOf, sessionCookie, sessionCookieOf } from '../session-cookies.ts';
import { isoTime } from '../times.ts';

export interface SessionParts {
  readonly sessions: Sessions;
  readonly login: Login;
  readonly members: Members;
  readonly hasher: PasswordHasher;
  readonly reader: MemberReader;
  readonly writer: MemberWriter;
  readonly settings: () => ConsoleSettings;
  readonly version: () => string;
  readonly clock: Clock;
}

const resource = 'session';

export function sessionEndpoints(parts: SessionParts): Endpoint[] {
  const { sessions, login, members, hasher, reader, writer, settings, version } = parts;

  const hasSession = async (token: string | undefined) =>
    token !== undefined && (await sessions.goesOn(token));

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/session/options',
      summary: 'By what ways one may sign in; for anyone',
      status: 200,
      role: 'anyone',
      answer: contract.SessionOptions,
      handle: async ({ client }) => ({
        body: {
          setup_required: !(await reader.exists()),
          signed_in: await hasSession(client.cookie(sessionCookie)),
          password_login: settings().passwordLogin,
          sso: settings().sso.map(({ name }) => ({
            name,
            url: `/admin/v1/sso/${encodeURIComponent(name)}`,
          })),
          version: version(),
        },
      }),
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/session',
      summary: 'Sign in with e-mail address and password; for anyone',
      description: 'Sets the cookie of the session. A session the browser had before ends.',
      body: contract.SignIn,
      status: 201,
      role: 'anyone',
      answer: contract.Session,
      handle: async ({ body, client, auditAs }) => {
        if (!settings().passwordLogin) throw new TollgateError('password_login_off');
        const member = await login.signIn({
          ...body,
          address: client.address,
          device: client.cookie(deviceCookie),
        });
        const how = { method: 'password', replaces: client.cookie(sessionCookie) };
        const open = await sessions.open(member, { ...how, ...seen(client) }, auditAs(member.email));
        return signedIn(open, await login.deviceSign(member.id));
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/session',
      summary: 'Who is signed in',
      description: 'For the cookie of a session only: 401 `not_signed_in` for anybody else.',
      status: 200,
      answer: contract.Session,
      handle: async (call) => ({ body: showSession(own(call)) }),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/session',
      summary: 'Change one’s own name',
      body: contract.OwnChange,
      status: 200,
      role: 'viewer',
      answer: contract.Session,
      handle: async (call) => {
        const session = own(call);
        const member = await members.update(session.member.id, call.body, undefined, call.audit);
        return { body: showSession({ ...session, member }) };
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/session',
      summary: 'Sign out',
      status: 204,
      role: 'viewer',
      handle: async (call) => {
        const { session, member } = own(call);
        await sessions.end(member.id, { id: session.id }, call.audit);
        return signedOut as AdminAnswer<never>;
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/session/password',
      summary: 'Set another password of one’s own',
      description: 'Ends every other session of the member.',
      body: contract.PasswordChange,
      status: 204,
      role: 'viewer',
      handle: async (call) => {
        const { member, session, hash } = own(call);
        const { current_password: current, new_password: wanted } = call.body;
        if (!settings().passwordLogin) throw new TollgateError('password_login_off');
        requirePassword(wanted, member, 'new_password');
        if (!(await login.confirm(member, current, session.id))) {
          throw new TollgateError('invalid_value', {
            param: 'current_password',
            values: { reason: 'it is not your password.' },
          });
        }
        if (current.normalize('NFKC') === wanted.normalize('NFKC')) {
          throw new TollgateError('invalid_value', {
            param: 'new_password',
            values: { reason: 'it is the one you have.' },
          });
        }
        const entry = call.audit('member.change_password', member.id, {});
        await writer.setPassword(member.id, await hasher.hash(wanted), hash, entry);
        return {};
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/sessions',
      summary: 'Where one is signed in, most recently used first',
      status: 200,
      answer: contract.SessionList,
      handle: async (call) => {
        const { member, session } = own(call);
        const list = await sessions.list(member.id);
        return { body: { data: list.map((each) => showListed(each, session.id)) } };
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/sessions/{id}',
      summary: 'End one of one’s own sessions',
      status: 204,
      role: 'viewer',
      handle: async (call) => {
        const { member } = own(call);
        const id = call.params.id ?? '';
        if ((await sessions.end(member.id, { id }, call.audit)) === 0) {
          throw new TollgateError('admin_not_found', {
            values: { kind: 'session', reference: id.slice(0, 100) },
          });
        }
        return {};
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/sessions',
      summary: 'End all of one’s own sessions, or all but this one',
      query: contract.SessionEnd,
      status: 204,
      role: 'viewer',
      handle: async (call) => {
        const { member, session } = own(call);
        const keep = call.query.keep_current === true;
        await sessions.end(member.id, keep ? { except: session.id } : {}, call.audit);
        return keep ? {} : (signedOut as AdminAnswer<never>);
      },
    }),
  ];
}

const signedOut: AdminAnswer = { cookies: [sessionCookieOf(undefined)] };

/** `device`: that this browser has signed in. */
export function signedIn(open: OpenSession & { readonly token: string }, device: string | undefined) {
  const cookies = [sessionCookieOf(open.token), ...(device === undefined ? [] : [deviceCookieOf(device)])];
  return { body: showSession(open), cookies };
}

/** The admin token is nobody in particular. */
function own({ session }: Pick<AdminCall, 'session'>): OpenSession {
  if (session) return session;
  throw new TollgateError('session_missing');
}

export function seen({ address, userAgent }: AdminCall['client']) {
  return { address, userAgent };
}

export function showSession({ member, session, csrfToken, endsAt }: OpenSession): contract.Session {
  const { id, name, email, role } = member;
  return {
    member: { id, name, email, role },
    csrf_token: csrfToken,
    expires_at: new Date(endsAt).toISOString(),
    id: session.id,
    method: session.method,
    has_password: member.hasPassword,
  };
}

function showListed(session: OpenSession['session'], current: string): contract.ListedSession {
  return {
    id: session.id,
    current: session.id === current,
    method: session.method,
    address: session.address,
    user_agent: session.userAgent,
    created_at: isoTime(session.createdAt),
    last_seen_at: isoTime(session.lastSeenAt),
    expires_at: isoTime(endOf(session)),
  };
}
