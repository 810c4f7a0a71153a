// The cookies of signing in and out. The session's lives as long as the longest session: its real end is in the store.
import { longestMs } from '../accounts/sessions.ts';
import type { CookieChange } from './client-facts.ts';

export const sessionCookie = 'tollgate_session';
/** Says that somebody has signed in with this browser before: src/accounts/login.ts. */
export const deviceCookie = 'tollgate_device';
/** Ties a sign-in at an identity provider to the browser that began it. */
export const ssoCookie = 'tollgate_sso';

const admin = '/admin/v1';

/** `Lax`: whoever follows a link to the console from elsewhere is still signed in. */
export function sessionCookieOf(token: string | undefined): CookieChange {
  return { name: sessionCookie, value: token, path: admin, sameSite: 'Lax', maxAge: longestMs / 1000 };
}

export function deviceCookieOf(sign: string): CookieChange {
  const year = 365 * 86_400;
  return { name: deviceCookie, value: sign, path: `${admin}/session`, sameSite: 'Strict', maxAge: year };
}

/** `Lax`: the provider sends the browser back from its own site. */
export function ssoCookieOf(value: string | undefined, seconds = 0): CookieChange {
  return { name: ssoCookie, value, path: `${admin}/sso`, sameSite: 'Lax', maxAge: seconds };
}
