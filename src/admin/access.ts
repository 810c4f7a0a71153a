// Signing in put together: members, sessions, links and single sign-on over the store, with their endpoints, and who is calling.
import type { AdminTokens } from '../accounts/admin-token.ts';
import { createAuditSource } from '../accounts/audit-facts.ts';
import { createLogin } from '../accounts/login.ts';
import { createLoginAudit } from '../accounts/login-audit.ts';
import { createMemberLinks } from '../accounts/member-links.ts';
import { createMembers } from '../accounts/members.ts';
import { createPasswordHasher } from '../accounts/password-hash.ts';
import { createSessions } from '../accounts/sessions.ts';
import { createSsoAdmission } from '../accounts/sso.ts';
import { createSsoClient } from '../accounts/sso-client.ts';
import type { AdminStore } from '../core/admin-store.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import type { ConsoleSettings } from '../core/console-settings.ts';
import { createAdminAuthenticator } from './authenticate.ts';
import { type Callers, createCallers } from './callers.ts';
import type { Endpoint } from './endpoint.ts';
import { memberEndpoints } from './resources/members.ts';
import { sessionEndpoints } from './resources/session.ts';
import { setupEndpoints } from './resources/setup.ts';
import { ssoEndpoints } from './resources/sso.ts';

export interface AccessParts {
  readonly store: Pick<AdminStore, 'memberReader' | 'memberWriter' | 'sessions'>;
  readonly settings: () => ConsoleSettings;
  readonly version: () => string;
  readonly clock: Clock;
}

export function accessEndpoints({ store, settings, version, clock }: AccessParts): Endpoint[] {
  const { memberReader: reader, memberWriter: writer } = store;
  const nextAuditId = createIdSource('aud_', clock);
  const auditAs = (name: string) => createAuditSource(name, clock, nextAuditId);
  const hasher = createPasswordHasher();
  const sessions = createSessions(store.sessions, clock);
  const links = createMemberLinks({ reader, writer, hasher, clock });
  const members = createMembers({ reader, writer, links, hasher, clock });
  const failures = createLoginAudit(store.sessions, auditAs, clock);
  const login = createLogin({ reader, writer, hasher, onFailure: failures.password, clock });
  const parts = { sessions, login, members, links, hasher, reader, writer, settings, version, clock };
  return [
    ...sessionEndpoints(parts),
    ...setupEndpoints(parts),
    ...ssoEndpoints({
      ...parts,
      client: createSsoClient(clock),
      admission: createSsoAdmission(parts, clock),
      onRefused: failures.sso,
    }),
    ...memberEndpoints(parts),
  ];
}

export function createAccess(
  tokens: Pick<AdminTokens, 'matches'>,
  { store, clock }: Pick<AccessParts, 'store' | 'clock'>,
): Callers {
  return createCallers(createAdminAuthenticator(tokens, clock), createSessions(store.sessions, clock));
}
