// The details of a request in one cell, JSON under short names: it is written with every settlement. Unknown names are left
// alone, so that a database of a newer release can be read.
import type { AttemptRecord, Settlement } from '../../core/ports.ts';
import type { Network, RequestDetails } from '../../core/request-details.ts';

/** A single attempt that went well has no JSON of its own: its times are kept here. */
export function requestDetailsCell({ details, attempts }: Settlement): string | null {
  if (!details) return null;
  const only = isPlain(attempts) ? attempts[0] : undefined;
  let cell = '';
  cell += numberMember('held', details.heldMs);
  cell += numberMember('sent', only?.startMs);
  cell += numberMember('byte', only?.firstByteMs);
  cell += numberMember('last', details.lastTokenMs);
  if (details.userAgent !== undefined) cell += `,"ua":${JSON.stringify(details.userAgent)}`;
  if (details.network !== undefined) cell += `,"net":"${details.network}"`;
  if (details.idempotent === true) cell += ',"idem":1';
  cell += numberMember('retry', details.retry);
  return cell === '' ? null : `{${cell.slice(1)}}`;
}

/** One attempt that says nothing the row does not. */
export function isPlain(attempts: readonly AttemptRecord[]): boolean {
  const [only] = attempts;
  return attempts.length === 1 && only?.error === undefined && only?.credential === undefined;
}

function numberMember(name: string, value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : `,"${name}":${Math.round(value)}`;
}

/** What `requestDetailsCell` wrote. */
export function readRequestDetails(text: string): RequestDetails {
  const given = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return {
    ...present('heldMs', given.held, 'number'),
    ...present('sentMs', given.sent, 'number'),
    ...present('firstByteMs', given.byte, 'number'),
    ...present('lastTokenMs', given.last, 'number'),
    ...present('userAgent', given.ua, 'string'),
    ...(isNetwork(given.net) ? { network: given.net } : {}),
    ...(given.idem === 1 ? { idempotent: true } : {}),
    ...present('retry', given.retry, 'number'),
  };
}

function present(name: keyof RequestDetails, value: unknown, type: 'number' | 'string'): RequestDetails {
  return typeof value === type ? { [name]: value } : {};
}

function isNetwork(value: unknown): value is Network {
  return value === 'loopback' || value === 'private' || value === 'public';
}
