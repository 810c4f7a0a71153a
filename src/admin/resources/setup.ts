// `/setup` and `/session/link`: how somebody comes in who has no password yet, by the admin token or by a link.
import type { Login } from '../../accounts/login.ts';
import type { MemberLinks } from '../../accounts/member-links.ts';
import type { Members } from '../../accounts/members.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import type { ConsoleSettings } from '../../core/console-settings.ts';
import { TollgateError } from '../../core/errors.ts';
import * as contract from '../contract/session.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { sessionCookie } from '../session-cookies.ts';
import { isoTime } from '../times.ts';
import { seen, signedIn } from './session.ts';

export interface SetupParts {
  readonly members: Members;
  readonly links: MemberLinks;
  readonly sessions: Sessions;
  readonly login: Pick<Login, 'deviceSign'>;
  readonly settings: () => ConsoleSettings;
}

const resource = 'session';

export function setupEndpoints({ members, links, sessions, login, settings }: SetupParts): Endpoint[] {
  return [
    endpoint({
      resource,
      method: 'POST',
      path: '/setup',
      summary: 'Make the first administrator, and sign in',
      description: 'With the admin token, while there is no administrator: 409 afterwards.',
      body: contract.SetUp,
      status: 201,
      answer: contract.Session,
      handle: async ({ body, audit, auditAs, client }) => {
        if (body.password === undefined && settings().passwordLogin) {
          throw new TollgateError('missing_required_parameter', { param: 'password' });
        }
        const member = await members.setUp(body, audit);
        const how = { method: 'link', replaces: client.cookie(sessionCookie), ...seen(client) };
        const open = await sessions.open(member, how, auditAs(member.email));
        return signedIn(open, await login.deviceSign(member.id));
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/session/link',
      summary: 'What a link is for; for anyone who has it',
      body: contract.OpenLink,
      status: 200,
      role: 'anyone',
      answer: contract.LinkFacts,
      handle: async ({ body }) => {
        const { kind, member, expiresAt } = await links.open(body.token);
        const { name, email, role } = member;
        return { body: { kind, name, email, role, expires_at: isoTime(expiresAt) } };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/session/link/accept',
      summary: 'Set the password that a link is for, and sign in; for anyone who has it',
      description: 'Uses the link up. Every session of the member ends, and one begins.',
      body: contract.AcceptLink,
      status: 201,
      role: 'anyone',
      answer: contract.Session,
      handle: async ({ body, auditAs, client }) => {
        if (!settings().passwordLogin) throw new TollgateError('password_login_off');
        const { token, ...request } = body;
        const member = await links.accept(token, request, auditAs);
        const how = { method: 'link', replaces: client.cookie(sessionCookie), ...seen(client) };
        const open = await sessions.open(member, how, auditAs(member.email));
        return signedIn(open, await login.deviceSign(member.id));
      },
    }),
  ];
}
