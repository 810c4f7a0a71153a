// What a request says of the host it is for: once, and so that it can be one. Two proxies and a server that each take another of two hosts
// are how one user comes to another's answers. Knows of a request nothing else.
import type { IncomingMessage } from 'node:http';

/** A name, an address or nothing, and a port: RFC 9110 section 7.2, RFC 3986 section 3.2.2. */
export const hostValue = /^(?:[\w.\-~!$&'()*+,;=%]*|\[[\w.:%]+\])(?::\d*)?$/;

export type HostProblem = 'missing_host_header' | 'invalid_host_header';

/** RFC 9112 section 3.2. HTTP/1.0 knows no hosts; where it names some all the same, they are held to it. */
export function hostProblem({
  headers,
  rawHeaders,
  httpVersion,
}: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'httpVersion'>): HostProblem | undefined {
  const { host } = headers;
  if (host === undefined) return httpVersion === '1.1' ? 'missing_host_header' : undefined;
  if (!hostValue.test(host)) return 'invalid_host_header';
  let times = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') times++;
  }
  return times > 1 ? 'invalid_host_header' : undefined;
}
