// Which addresses a host name of the configuration may lead to. A name is checked after it was resolved, and what was
// checked is what is connected to, so a name that changes its mind in between leads nowhere else. Addresses that the
// operator wrote as such are the operator's will and never get here.
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Cloud metadata services and other places where no model is served: link-local (RFC 3927, RFC 4291), the metadata
 * addresses of AWS over IPv6 and of Alibaba, "this host", multicast and broadcast. Private and loopback addresses are
 * allowed: that is where people run vLLM.
 */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('224.0.0.0', 3, 'ipv4');
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
// IPv4 addresses behind the well-known prefix of NAT64 (RFC 6052); mapped ones the list knows by itself.
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
forbidden.addAddress('64:ff9b::6464:64c8', 'ipv6');

/** Where only the operator's own machines are: loopback, RFC 1918, RFC 4193, and RFC 6598 of carriers and clouds. */
const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addSubnet('10.0.0.0', 8, 'ipv4');
own.addSubnet('172.16.0.0', 12, 'ipv4');
own.addSubnet('192.168.0.0', 16, 'ipv4');
own.addSubnet('100.64.0.0', 10, 'ipv4');
own.addAddress('::1', 'ipv6');
own.addSubnet('fc00::', 7, 'ipv6');
// The same behind NAT64.
own.addSubnet('64:ff9b::7f00:0', 104, 'ipv6');
own.addSubnet('64:ff9b::a00:0', 104, 'ipv6');
own.addSubnet('64:ff9b::ac10:0', 108, 'ipv6');
own.addSubnet('64:ff9b::c0a8:0', 112, 'ipv6');

export function isPrivate(address: string, family: number): boolean {
  return own.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

export function isForbidden(address: string, family: number): boolean {
  return forbidden.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The name leads only to addresses that are refused. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'TOLLGATE_FORBIDDEN_ADDRESS';
  constructor(hostname: string) {
    super(`${hostname} resolves to a link-local, metadata or multicast address`);
  }
}

/** For those who may not name machines of the operator's own. */
export const isNotPublic = (address: string, family: number): boolean =>
  isForbidden(address, family) || isPrivate(address, family);

/** Whether a URL has such an address itself: what is written as an address is never looked up. */
export function namesNoPublicAddress(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  return family !== 0 && isNotPublic(host, family);
}

/** A `lookup` for `net.connect` that leaves out the addresses it `refuses`. */
export function createGuardedLookup(
  lookup: typeof systemLookup = systemLookup,
  refuses: (address: string, family: number) => boolean = isForbidden,
): LookupFunction {
  return function guardedLookup(hostname, options: LookupOptions, callback) {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address, family }) => !refuses(address, family));
      const [first] = allowed;
      if (!first) return callback(new ForbiddenAddress(hostname), '', 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
