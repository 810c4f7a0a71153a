// Opens sockets to one upstream: where to, with or without TLS, and how long that may take. What goes over them is not known
// here.
import {
  isIP,
  type LookupFunction,
  connect as netConnect,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';

export interface Destination {
  /** `http://host:port` */
  readonly origin: URL;
  readonly socketPath?: string | undefined;
  readonly lookup: LookupFunction;
}

export interface SocketReader {
  /** Where what comes is put, and who is told how much it is, before anything else is read into it. */
  readonly buffer: Uint8Array;
  readonly callback: (length: number) => boolean;
}

/** As long as nothing is sent: then a machine that is gone is found out. */
const keepAliveInitialDelay = 60_000;

export class SocketSource {
  readonly #options: TcpNetConnectOpts;
  readonly #secure: boolean;
  /** Of the last TLS connection, so that the next one needs no certificate again. */
  #session: Buffer | undefined;

  constructor({ origin, socketPath, lookup }: Destination) {
    this.#secure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(origin.port) || (this.#secure ? 443 : 80);
    this.#options = {
      host,
      port,
      lookup,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay,
      ...(socketPath === undefined ? {} : { path: socketPath }),
    };
  }

  /** `opened` is called when something can be sent. */
  open(onread: SocketReader, opened: () => void): Socket {
    if (!this.#secure) return netConnect({ ...this.#options, onread }).once('connect', opened);
    const host = this.#options.host ?? '';
    const options: ConnectionOptions & { readonly onread: SocketReader } = {
      ...this.#options,
      onread,
      // RFC 6066 3: an address is no server name.
      servername: isIP(host) ? '' : host,
      ALPNProtocols: ['http/1.1'],
      ...(this.#session ? { session: this.#session } : {}),
    };
    return tlsConnect(options)
      .on('session', (session: Buffer) => {
        this.#session = session;
      })
      .once('secureConnect', opened)
      .once('error', () => {
        this.#session = undefined;
      });
  }
}
