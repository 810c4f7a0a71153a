// `/members`: who may use the console, for administrators. Links are shown once, to whoever made them.
import type { LinkOnce, MemberLinks } from '../../accounts/member-links.ts';
import type { Members } from '../../accounts/members.ts';
import { notFound } from '../../accounts/revisions.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import type { Clock } from '../../core/clock.ts';
import type { ConsoleSettings } from '../../core/console-settings.ts';
import { TollgateError } from '../../core/errors.ts';
import type { ListedMember, MemberReader, MemberWriter } from '../../core/members.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/members.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { listOf, pageOf } from '../pages.ts';
import { isoTime, isoTimeOrNull } from '../times.ts';

export interface MemberParts {
  readonly members: Members;
  readonly links: MemberLinks;
  readonly sessions: Sessions;
  readonly reader: MemberReader;
  readonly writer: MemberWriter;
  readonly settings: () => ConsoleSettings;
  readonly clock: Clock;
}

const resource = 'members';
const role = 'admin';

export function memberEndpoints(parts: MemberParts): Endpoint[] {
  const { members, links, sessions, reader, writer, settings, clock } = parts;

  async function shown(id: string) {
    const found = await reader.listed(id, clock.now());
    if (!found) throw notFound('member', id);
    return { body: showMember(found), revision: found.revision };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/members',
      summary: 'List members, newest first',
      role,
      query: contract.MemberQuery,
      status: 200,
      answer: listSchema(contract.Member),
      handle: async ({ query }) => {
        const { role: wanted, status, search } = query;
        const page = await reader.members({ role: wanted, status, search }, pageOf(query), clock.now());
        return { body: listOf(page, showMember) };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/members',
      summary: 'Invite a member',
      description:
        'No mail is sent: `invitation.url` is a link that works once, for 7 days, and is shown in this answer only.',
      body: contract.NewMember,
      status: 201,
      role,
      answer: contract.MemberWithLink,
      handle: async ({ body, audit, client }) => {
        const { member, link } = await members.invite(body, audit);
        const answer = await shown(member.id);
        return { ...answer, body: { ...answer.body, invitation: showLink(link, client.origin) } };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/members/{id}',
      summary: 'One member, by id or e-mail address',
      status: 200,
      role,
      answer: contract.Member,
      handle: async ({ params }) => shown((await members.find(params.id ?? '')).id),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/members/{id}',
      summary: 'Change, disable or enable a member',
      description:
        'A new role or address, and being disabled, ends the sessions of the member at once. API keys of a disabled member go on working. The last administrator who can sign in stays one: 409.',
      body: contract.MemberChange,
      status: 200,
      role,
      answer: contract.Member,
      conditional: true,
      handle: async ({ params, body, revision, audit }) =>
        shown((await members.update(params.id ?? '', body, revision, audit)).id),
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/members/{id}',
      summary: 'Remove a member',
      description: 'With sessions and links. There is no way back; disabling has one.',
      query: contract.MemberRemoval,
      status: 204,
      role,
      conditional: true,
      handle: async ({ params, query, revision, audit }) => {
        await members.remove(params.id ?? '', query.keys ?? 'disable', revision, audit);
        return {};
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/members/{id}/link',
      summary: 'Make a link to come in, or to set a new password',
      description:
        'An invitation for 7 days for who has not come in yet, a new password within 24 hours for anybody else. Links made before end.',
      status: 201,
      role,
      answer: contract.MemberLink,
      handle: async ({ params, audit, client }) => {
        const member = await members.find(params.id ?? '');
        if (!settings().passwordLogin && member.status !== 'invited') {
          throw new TollgateError('password_login_off');
        }
        return { body: showLink(await links.renew(member, audit), client.origin) };
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/members/{id}/sessions',
      summary: 'Sign a member out everywhere',
      status: 204,
      role,
      handle: async ({ params, audit }) => {
        const { id } = await members.find(params.id ?? '');
        await sessions.end(id, {}, audit);
        return {};
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/members/{id}/sso',
      summary: 'Untie a member from accounts at identity providers',
      description: 'Sessions end. The next sign-in with the same verified address ties the account anew.',
      status: 204,
      role,
      handle: async ({ params, audit }) => {
        const { id } = await members.find(params.id ?? '');
        const before = { issuers: (await reader.identitiesOf(id)).map(({ issuer }) => issuer) };
        await writer.removeIdentities(id, audit('member.untie', id, { before }));
        return {};
      },
    }),
  ];
}

function showLink({ kind, path, expiresAt }: LinkOnce, origin: string): contract.MemberLink {
  return { kind, url: `${origin}${path}`, expires_at: isoTime(expiresAt) };
}

function showMember(row: ListedMember): contract.Member {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    status: row.status,
    has_password: row.hasPassword,
    sso: [...row.issuers],
    keys: row.keys,
    sessions: row.sessions,
    link: row.link ? { kind: row.link.kind, expires_at: isoTime(row.link.expiresAt) } : null,
    last_seen_at: isoTimeOrNull(row.lastSeenAt),
    created_at: isoTime(row.createdAt),
    revision: row.revision,
  };
}
