// What a row keeps of who called: which client it was and from what kind of network. Never an address, a key or any other
// header: docs/content-logging.md has the list.
import type { IncomingMessage } from 'node:http';
import { type ClientFacts, longestUserAgent, type Network } from '../core/request-details.ts';

/** `address`: the client's, as text; absent = it is not known. */
export function clientFacts(
  { headers }: Pick<IncomingMessage, 'headers'>,
  address: string | undefined,
): ClientFacts {
  const userAgent = headers['user-agent'];
  const retry = headers['x-stainless-retry-count'];
  return {
    userAgent: userAgent ? shortened(userAgent) : undefined,
    network: address === undefined || address === '' ? undefined : networkOf(address),
    idempotent: headers['idempotency-key'] !== undefined,
    retry: typeof retry === 'string' && /^[1-9]\d{0,2}$/.test(retry) ? Number(retry) : undefined,
  };
}

/** What was cut ends in a mark that says so. */
function shortened(userAgent: string): string {
  if (userAgent.length <= longestUserAgent) return userAgent.toWellFormed();
  return `${userAgent.slice(0, longestUserAgent - 1).toWellFormed()}…`;
}

/** RFC 1918, RFC 4193, RFC 6598 and link-local addresses are private. */
export function networkOf(address: string): Network {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  if (plain.startsWith('127.') || plain === '::1') return 'loopback';
  if (
    /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      plain,
    )
  )
    return 'private';
  return /^(?:f[cd]|fe[89ab])[0-9a-f]{0,2}:/i.test(plain) ? 'private' : 'public';
}
