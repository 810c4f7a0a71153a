// Under which address the browser sees this gateway: what links and cookies need to know. A proxy's word counts where the proxy
// is trusted; `server.public_url` counts where it is set.
import type { IncomingMessage } from 'node:http';
import type { ClientOrigin } from '../admin/client-facts.ts';
import { type IpRanges, plainAddress } from '../core/ip-ranges.ts';

export type OriginOf = (incoming: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientOrigin;

/** `publicUrl`: read anew for each request, since tollgate.yaml may change. */
export function createOriginOf(trusted: IpRanges, publicUrl: () => string | undefined): OriginOf {
  return ({ headers, socket }) => {
    const believed = trusted.contains(plainAddress(socket.remoteAddress ?? ''));
    const named = publicUrl();
    const known = named === undefined ? undefined : new URL(named);
    const host = headers.host ?? 'localhost';
    const forwardedHost = believed ? first(headers['x-forwarded-host']) : undefined;
    const hosts = [host, forwardedHost, known?.host].filter((each) => each !== undefined);
    const proto = believed ? first(headers['x-forwarded-proto']) : undefined;
    const seen = forwardedHost ?? host;
    // Where the proxy says nothing, the address that the operator gave says it for its own host.
    const scheme = proto ?? (known?.host === seen ? known.protocol.slice(0, -1) : undefined) ?? 'http';
    const secure = scheme.toLowerCase() === 'https';
    return { origin: known?.origin ?? `${secure ? 'https' : 'http'}://${seen}`, secure, hosts };
  };
}

/** The outermost proxy writes first. */
function first(header: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.split(',')[0]?.trim();
  return text === undefined || text === '' || !/^[A-Za-z0-9.:_[\]-]{1,255}$/.test(text) ? undefined : text;
}
