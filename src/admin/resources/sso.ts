// `/sso/{name}`: the browser goes to an identity provider and comes back. Whatever goes wrong is told on the login page, by a code:
// a page that showed a text of the address would show anybody's.
import { hash, timingSafeEqual } from 'node:crypto';
import { createAttemptLimit } from '../../accounts/attempt-limit.ts';
import type { AuditSource } from '../../accounts/audit-facts.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import type { SsoAdmission } from '../../accounts/sso.ts';
import { type SsoClient, ssoProblem } from '../../accounts/sso-client.ts';
import { type Clock, randomBase62 } from '../../core/clock.ts';
import type { ConsoleSettings } from '../../core/console-settings.ts';
import type { SsoFlow, SsoFlowStore } from '../../core/members.ts';
import type { CookieChange } from '../client-facts.ts';
import * as contract from '../contract/session.ts';
import { type AdminAnswer, type AdminCall, type Endpoint, endpoint } from '../endpoint.ts';
import { safeNext } from '../next-path.ts';
import { sessionCookie, sessionCookieOf, ssoCookie, ssoCookieOf } from '../session-cookies.ts';
import { seen } from './session.ts';

export interface SsoParts {
  readonly flows: SsoFlowStore;
  readonly client: SsoClient;
  readonly admission: SsoAdmission;
  readonly sessions: Sessions;
  readonly settings: () => ConsoleSettings;
  /** Told of sign-ins that came to nothing, for the audit log. */
  readonly onRefused: (provider: string, facts: Readonly<Record<string, string>>) => void;
  readonly clock: Clock;
}

const lifetimeMs = 10 * 60_000;
/** Anyone may begin one, so there is an end to them. */
const mostUnderWay = 10_000;
/** From one address, so that a stranger alone cannot use up what is for all. */
const byAddress = { burst: 100, refillMs: 1_000 };
const resource = 'session';

export function ssoEndpoints(parts: SsoParts): Endpoint[] {
  const { flows, client: oidc, admission, sessions, settings, onRefused, clock } = parts;
  const begun = createAttemptLimit(byAddress, clock);
  const providerOf = (name: string | undefined) => settings().sso.find((each) => each.name === name);

  async function begin(
    name: string,
    next: string | undefined,
    client: AdminCall['client'],
  ): Promise<AdminAnswer> {
    const provider = providerOf(name);
    if (!provider) return toLogin('sso_unknown_provider');
    if (begun.take(client.address) > 0) return toLogin('sso_busy');
    const [state, browser, nonce, verifier] = [
      randomBase62(43),
      randomBase62(43),
      randomBase62(43),
      randomBase62(64),
    ];
    const redirectUri = `${client.origin}/admin/v1/sso/${encodeURIComponent(name)}/callback`;
    let location: string;
    try {
      location = await oidc.authorizationUrl(provider, { redirectUri, state, nonce, verifier });
    } catch (error) {
      onRefused(name, { reason: 'sso_unreachable', detail: ssoProblem(error) });
      return toLogin('sso_unreachable');
    }
    const now = clock.now();
    const flow: SsoFlow = {
      stateHash: hash('sha256', state),
      browserHash: hash('sha256', browser),
      provider: name,
      nonce,
      verifier,
      redirectUri,
      next: safeNext(next),
      createdAt: now,
      expiresAt: now + lifetimeMs,
    };
    if (!(await flows.add(flow, mostUnderWay))) return toLogin('sso_busy');
    return { location, cookies: [ssoCookieOf(browser, lifetimeMs / 1000)] };
  }

  async function comeBack(
    name: string,
    answer: Readonly<Record<string, string>>,
    client: AdminCall['client'],
    auditAs: (name: string) => AuditSource,
  ): Promise<AdminAnswer> {
    const provider = providerOf(name);
    if (!provider) return toLogin('sso_unknown_provider');
    const { state = '' } = answer;
    const flow = await flows.take(hash('sha256', state));
    if (!flow || flow.provider !== name || flow.expiresAt <= clock.now()) return toLogin('sso_expired');
    if (!isOf(client.cookie(ssoCookie), flow.browserHash)) return toLogin('sso_expired');
    const refuse = (reason: contract.SsoError, detail = '') => {
      onRefused(name, { reason, ...(detail ? { detail } : {}) });
      return toLogin(reason, flow.next);
    };
    if (answer.error !== undefined) {
      const denied = answer.error === 'access_denied';
      const said = [answer.error, answer.error_description].join(' ').trim().slice(0, 300);
      return refuse(denied ? 'sso_denied' : 'sso_invalid', said.replace(/\p{C}/gu, ' '));
    }
    const { redirectUri, nonce, verifier, next } = flow;
    const who = await oidc
      .exchange(provider, { redirectUri, state, nonce, verifier }, answer)
      .catch((error: unknown) => ({ problem: ssoProblem(error) }));
    if ('problem' in who) return refuse('sso_invalid', who.problem);
    const admitted = await admission.admit(provider, who, auditAs);
    if ('refused' in admitted) return refuse(admitted.refused, admitted.about);
    const { member } = admitted;
    const how = { method: `sso:${name}`, replaces: client.cookie(sessionCookie), ...seen(client) };
    const { token } = await sessions.open(member, how, auditAs(member.email));
    return { location: next, cookies: [sessionCookieOf(token), ssoCookieOf(undefined)] };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/sso/{name}',
      summary: 'Go to an identity provider of `console.sso` to sign in; for anyone',
      query: contract.SsoBegin,
      status: 302,
      role: 'anyone',
      handle: async ({ params, query, client }) => begin(params.name ?? '', query.next, client) as never,
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/sso/{name}/callback',
      summary: 'Come back from an identity provider; for the browser that went there',
      description: 'Goes on to the console, or to `/login?error=…`.',
      query: contract.SsoReturn,
      status: 302,
      role: 'anyone',
      handle: async ({ params, query, client, auditAs }) =>
        comeBack(params.name ?? '', query as Record<string, string>, client, auditAs) as never,
    }),
  ];
}

function toLogin(error: contract.SsoError, next = '/'): AdminAnswer {
  const cookies: CookieChange[] = [ssoCookieOf(undefined)];
  const search = new URLSearchParams({ error, ...(next === '/' ? {} : { next }) });
  return { location: `/login?${search}`, cookies };
}

function isOf(secret: string | undefined, wanted: string): boolean {
  if (secret === undefined) return false;
  return timingSafeEqual(Buffer.from(hash('sha256', secret)), Buffer.from(wanted));
}
