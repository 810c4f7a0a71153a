// Ranges of IP addresses in CIDR notation, for allow-lists of keys and for trusted proxies. Knows nothing of requests.
import { BlockList, isIP, isIPv4 } from 'node:net';

export interface IpRanges {
  /** As they were written. */
  readonly texts: readonly string[];
  /** Whether an address as a socket gives it lies in one of them; `::ffff:10.0.0.1` is `10.0.0.1`. */
  contains(address: string): boolean;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. RFC 4632, RFC 4291 section 2.3. */
export function isIpRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes('%')) return false;
  if (bits === undefined) return true;
  return /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Throws RangeError for what is no range. */
export function createIpRanges(texts: readonly string[]): IpRanges {
  const list = new BlockList();
  for (const text of texts) {
    if (!isIpRange(text)) throw new RangeError(`\`${text}\` is no IP address or range of addresses`);
    const [address = '', bits] = text.split('/');
    if (isIPv4(address)) list.addSubnet(address, bits === undefined ? 32 : Number(bits), 'ipv4');
    else list.addSubnet(address, bits === undefined ? 128 : Number(bits), 'ipv6');
  }
  return {
    texts,
    contains(address) {
      const plain = plainAddress(address);
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** An IPv4 address that came over an IPv6 socket, as itself; without the zone of a link-local one. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address.replace(/%.*$/, '');
}
