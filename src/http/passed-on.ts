// How a worker tells the process it passes a request on to who the client is. That process listens in a private place only, and
// workers overwrite whatever a client sends under this name.
import type { IncomingMessage } from 'node:http';

export const clientHeader = 'x-tollgate-client-address';

type Caller = Pick<IncomingMessage, 'headers' | 'socket'>;

/** The caller as the worker saw it: for a server that hears nobody but workers. */
export function asPassedOn({ headers }: Pick<Caller, 'headers'>): Caller {
  const remoteAddress = headers[clientHeader];
  return { headers, socket: { remoteAddress } as Caller['socket'] };
}
