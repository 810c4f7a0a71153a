// Accepts connections for the workers: nothing is read from them here.
import { lookup } from 'node:dns/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { mostWaitingConnections } from '../../http/waiting-connections.ts';

export interface Listening {
  readonly address: AddressInfo;
  /** No connection is accepted any more. */
  close(): void;
}

export interface ListenSettings {
  readonly host: string;
  readonly port: number;
}

/** Rejects with the error of `listen` (`EADDRINUSE`, `EACCES`). */
export async function listen(
  { host, port }: ListenSettings,
  accept: (connection: Socket) => void,
): Promise<Listening> {
  // `localhost` may be two addresses, and clients try either.
  const addresses =
    host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [];
  const first = await open(addresses[0] ?? host, port, accept);
  const address = first.address() as AddressInfo;
  const servers = [first];
  for (const other of addresses.slice(1)) {
    const server = await open(other, address.port, accept).catch(() => undefined);
    if (server) servers.push(server);
  }
  return {
    address,
    close() {
      for (const server of servers) server.close();
    },
  };
}

function open(host: string, port: number, accept: (connection: Socket) => void): Promise<Server> {
  // As Node's own servers of HTTP have it: small answers leave at once.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (connection) => {
    // Nobody listens to it here; its worker sees what becomes of it.
    connection.on('error', () => undefined);
    accept(connection);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: mostWaitingConnections }, () => {
      server.off('error', reject);
      // Accepting may fail for a while, where descriptors run out; the next one may work.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
