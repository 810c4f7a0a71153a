// Whose address a request has: that of the socket, or behind proxies that are trusted, what the outermost of them saw.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type IpRanges, plainAddress } from '../core/ip-ranges.ts';

/** Never throws; the empty text when the connection is gone. */
export type AddressOf = (incoming: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/**
 * `X-Forwarded-For` is what its sender says, so only entries written by a trusted proxy count: from the right, the first that
 * is no trusted proxy itself. What is left of it anybody may have made up.
 */
export function createAddressOf(trusted: IpRanges): AddressOf {
  // Most requests come from the address of the one before: a proxy, or a client on its connection.
  let last = '';
  let lastPlain = '';
  return ({ headers, socket }) => {
    const { remoteAddress = '' } = socket;
    if (remoteAddress !== last) {
      lastPlain = plainAddress(remoteAddress);
      last = remoteAddress;
    }
    let address = lastPlain;
    if (trusted.texts.length === 0 || !trusted.contains(address)) return address;
    const forwarded = headers['x-forwarded-for'];
    const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
    for (const entry of entries.reverse()) {
      const claimed = addressIn(entry.trim());
      // Something else than an address was written by no proxy that is to be trusted.
      if (claimed === undefined) return address;
      address = claimed;
      if (!trusted.contains(address)) return address;
    }
    return address;
  };
}

/** `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`. */
function addressIn(entry: string): string | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)?.[1];
  const address = plainAddress(bracketed ?? withPort ?? entry);
  return isIP(address) === 0 ? undefined : address;
}
