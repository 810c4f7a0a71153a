// Which addresses a host name of the configuration may lead to. A name is checked after it was resolved, and what was
// checked is what is connected to, so a name that changes its mind in between leads nowhere else. Addresses that the
// operator wrote as such are the operator's will and never get here.
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, type LookupFunction } from 'node:net';

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

/** A `lookup` for `net.connect` that leaves out forbidden addresses. */
export function createGuardedLookup(lookup: typeof systemLookup = systemLookup): LookupFunction {
  return function guardedLookup(hostname, options: LookupOptions, callback) {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address, family }) => !isForbidden(address, family));
      const [first] = allowed;
      if (!first) return callback(new ForbiddenAddress(hostname), '', 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
