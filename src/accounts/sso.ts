// Who somebody that an identity provider vouches for is here: the member tied to that account, else the one with that verified
// address, else a new one where tollgate.yaml lets its domain in. Speaks no HTTP.
import { type Clock, createIdSource } from '../core/clock.ts';
import type { SsoProvider } from '../core/console-settings.ts';
import type { Identity, Member, MemberReader, MemberWriter } from '../core/members.ts';
import { mayAct, type Role } from '../core/roles.ts';
import { type AuditSource, memberFacts } from './audit-facts.ts';
import { isEmail } from './member-input.ts';
import type { Claims, SignedInAt } from './sso-client.ts';

/** Why not: a code of the login page, and what the log says besides. */
export type SsoRefusal =
  | 'sso_no_email'
  | 'sso_unverified_email'
  | 'sso_not_a_member'
  | 'sso_no_role'
  | 'sso_other_account'
  | 'sso_disabled';

export type Admission =
  | { readonly member: Member }
  | { readonly refused: SsoRefusal; readonly about?: string };

export interface SsoAdmission {
  admit(provider: SsoProvider, who: SignedInAt, auditAs: (name: string) => AuditSource): Promise<Admission>;
}

export function createSsoAdmission(
  { reader, writer }: { readonly reader: MemberReader; readonly writer: MemberWriter },
  clock: Clock,
): SsoAdmission {
  const nextId = createIdSource('mem_', clock);

  /** The provider's word is the newest, unless it left nobody to administer. */
  async function withRole(member: Member, role: Role | undefined, audit: AuditSource): Promise<Member> {
    if (role === undefined || role === member.role) return member;
    const after = { ...member, role };
    const facts = { before: memberFacts(member), after: memberFacts(after) };
    const stored = await writer.update(after, audit('member.update', member.id, facts), {
      endSessions: true,
    });
    return typeof stored === 'string' ? ((await reader.member(member.id)) ?? member) : stored;
  }

  async function byAddress(
    email: string,
    identity: Identity,
    auditAs: (name: string) => AuditSource,
  ): Promise<Admission | undefined> {
    const member = await reader.member(email);
    if (!member) return undefined;
    if (member.status === 'disabled') return { refused: 'sso_disabled', about: email };
    const tied = await reader.identitiesOf(member.id);
    // An address that was given to somebody else at the provider must not open what was another's.
    if (tied.some(({ issuer }) => issuer === identity.issuer))
      return { refused: 'sso_other_account', about: email };
    const facts = { before: memberFacts(member), after: { ...memberFacts(member), issuer: identity.issuer } };
    const audit = auditAs(member.email);
    const entry = audit(member.status === 'invited' ? 'member.join' : 'member.tie', member.id, facts);
    const stored = await writer.addIdentity(member.id, identity, clock.now(), entry);
    return stored ? { member: stored } : undefined;
  }

  return {
    admit: async (provider, { issuer, subject, claims }, auditAs) => {
      const identity = { issuer, subject };
      const role = roleFrom(provider, claims);
      const known = await reader.byIdentity(identity);
      if (known) {
        if (known.status === 'disabled') return { refused: 'sso_disabled', about: known.email };
        if (provider.roles && role === undefined) return { refused: 'sso_no_role', about: known.email };
        const audit = auditAs(known.email);
        return { member: await withRole(known, provider.roles && role, audit) };
      }
      const email = typeof claims.email === 'string' ? claims.email.trim() : '';
      if (!isEmail(email)) return { refused: 'sso_no_email', about: subject };
      if (claims.email_verified !== true && !provider.trustUnverifiedEmail) {
        return { refused: 'sso_unverified_email', about: email };
      }
      if (provider.roles && role === undefined) return { refused: 'sso_no_role', about: email };
      const found = await byAddress(email, identity, auditAs);
      if (found) {
        if ('refused' in found) return found;
        const audit = auditAs(found.member.email);
        return { member: await withRole(found.member, provider.roles && role, audit) };
      }
      if (!letsIn(provider, email)) return { refused: 'sso_not_a_member', about: email };
      if (role === undefined) return { refused: 'sso_no_role', about: email };
      const member = {
        id: nextId(),
        name: nameFrom(claims, email),
        email,
        role,
        status: 'active' as const,
        createdAt: clock.now(),
      };
      const entry = auditAs(email)('member.join', member.id, { after: { ...memberFacts(member), issuer } });
      const stored = await writer.add(member, entry, { identity });
      return stored ? { member: stored } : { refused: 'sso_other_account', about: email };
    },
  };
}

function letsIn({ allowedDomains }: SsoProvider, email: string): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return allowedDomains.includes('*') || allowedDomains.includes(domain);
}

/** The highest role that a value of the claim stands for; else the standard one. */
function roleFrom({ roles, defaultRole }: SsoProvider, claims: Claims): Role | undefined {
  if (!roles) return defaultRole;
  const values = [claimAt(claims, roles.claim)].flat().filter((value) => typeof value === 'string');
  const mapped = values.flatMap((value) =>
    Object.hasOwn(roles.map, value) ? [roles.map[value] as Role] : [],
  );
  return (
    mapped.reduce<Role | undefined>(
      (best, role) => (best !== undefined && mayAct(best, role) ? best : role),
      undefined,
    ) ?? defaultRole
  );
}

/** `groups`, or in steps: `realm_access.roles`, as Keycloak has it. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let place: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, step)) return undefined;
    place = (place as Claims)[step];
  }
  return place;
}

function nameFrom(claims: Claims, email: string): string {
  const said = typeof claims.name === 'string' ? claims.name : '';
  const plain = said
    .replace(/[\p{C}\u2028\u2029]/gu, ' ')
    .trim()
    .slice(0, 100)
    .toWellFormed();
  return plain || (email.split('@')[0] ?? email).slice(0, 100);
}
