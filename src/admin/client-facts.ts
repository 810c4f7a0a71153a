// What an endpoint may know of the browser that calls: where it is, what it says it is, its cookies. And whether a change comes
// from a page of this gateway, which a cookie alone does not say.
import type { IncomingMessage } from 'node:http';
import { TollgateError } from '../core/errors.ts';

export interface ClientFacts {
  readonly address: string;
  readonly userAgent: string;
  /** As the browser sees the gateway: `https://gateway.example.com`. */
  readonly origin: string;
  /** Whether the browser came by https. */
  readonly secure: boolean;
  cookie(name: string): string | undefined;
}

/** Under which address the browser sees the gateway; `hosts` are all that its pages may have been loaded from. */
export interface ClientOrigin {
  /** `https://gateway.example.com`, for links and for where an identity provider sends the browser back to. */
  readonly origin: string;
  readonly secure: boolean;
  /** `gateway.example.com:8080`; first the one that this request named. */
  readonly hosts: readonly string[];
}

/** A cookie as it goes out. None is for scripts. */
export interface CookieChange {
  readonly name: string;
  /** `undefined` takes it away. */
  readonly value: string | undefined;
  readonly path: string;
  readonly sameSite: 'Lax' | 'Strict';
  /** Seconds. */
  readonly maxAge: number;
}

/**
 * By https, names begin with `__Secure-`: a browser takes such a cookie only from https, so nobody who alters what goes by
 * http can plant one. https://www.rfc-editor.org/rfc/rfc6265#section-8.6, draft-ietf-httpbis-rfc6265bis section 4.1.3.1
 */
function nameOf(name: string, { secure, hosts }: ClientOrigin): string {
  // Cookies do not know ports: two gateways of one machine would sign each other's people out.
  const [port = ''] = /(?<=:)\d+$/.exec(hosts[0] ?? '') ?? [];
  return `${secure ? '__Secure-' : ''}${name}${port === '' ? '' : `_${port}`}`;
}

export function readCookie(header: string | undefined, name: string, seen: ClientOrigin): string | undefined {
  const wanted = nameOf(name, seen);
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === wanted)
      return pair.slice(equals + 1).trim() || undefined;
  }
  return undefined;
}

export function cookieHeader(
  { name, value, path, sameSite, maxAge }: CookieChange,
  seen: ClientOrigin,
): string {
  return [
    `${nameOf(name, seen)}=${value ?? ''}`,
    `Path=${path}`,
    `Max-Age=${value === undefined ? 0 : maxAge}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(seen.secure ? ['Secure'] : []),
  ].join('; ');
}

/**
 * Throws `csrf_refused` for what another site's page sent. Browsers say so in `Sec-Fetch-Site`, which no page can set; where it is
 * missing (http, old browsers) `Origin` has to be this gateway's. Without either it was no browser.
 */
export function requireSameOrigin(headers: IncomingMessage['headers'], hosts: readonly string[]): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  if (site !== undefined)
    throw refused(`it came from a page of another site (${String(site).slice(0, 20)}).`);
  const { origin } = headers;
  if (origin === undefined) return;
  const host = URL.canParse(origin) ? new URL(origin).host : 'null';
  if (hosts.includes(host)) return;
  throw refused(
    `it came from \`${origin.slice(0, 100)}\`, and this gateway was called as \`${hosts[0]?.slice(0, 100)}\`.`,
  );
}

export function refused(reason: string): TollgateError {
  return new TollgateError('csrf_refused', { values: { reason } });
}
