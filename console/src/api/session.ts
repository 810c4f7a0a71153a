// Who is signed in. The session is a cookie no script can read; what is known here is whom it belongs to, what that role
// may do, and the token that goes with writes.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Session, SessionOptions } from './contract.ts';

export type Role = Session['member']['role'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await api.get<Session>('/session', { signal });
    api.setCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: 5 * 60_000,
  retry: false,
});

/** Ways to sign in; public. */
export const sessionOptionsQuery = queryOptions({
  queryKey: ['session-options'],
  queryFn: ({ signal }) => api.get<SessionOptions>('/session/options', { signal }),
  staleTime: 60_000,
});

/** Below the signed-in part of the console there is one. */
export function useSession(): Session | undefined {
  return useQuery({ ...sessionQuery, enabled: false }).data;
}

const order: readonly Role[] = ['viewer', 'member', 'admin'];

export function roleAllows(role: Role | undefined, least: Role): boolean {
  return role !== undefined && order.indexOf(role) >= order.indexOf(least);
}

/** Whether whoever is signed in may do what needs this role. The gateway checks it again. */
export function useMay(least: Role): boolean {
  return roleAllows(useSession()?.member.role, least);
}

/** Why a button is disabled: `Only administrators can do this; you are a viewer.` */
export function needsRole(least: Role, role: Role | undefined): string {
  const who = least === 'admin' ? 'administrators' : 'members and administrators';
  return `Only ${who} can do this${role ? `; you are signed in as ${role}` : ''}.`;
}
