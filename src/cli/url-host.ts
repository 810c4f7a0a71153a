// The address at which a gateway that listens on `host` is reached from this machine.

/** As it stands in a URL: the any-address is the loopback one, IPv6 is in brackets. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
