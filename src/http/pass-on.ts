// A worker's answer to whatever is not its own business: the request goes to the process that administers the gateway, and its
// answer comes back, byte for byte, streams as they come. Knows nothing of what is asked.
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { TollgateError } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import { dropRest } from '../pipeline/respond.ts';
import { clientHeader } from './passed-on.ts';

export interface PassOn extends Disposable {
  (exchange: Exchange): Promise<void>;
}

/** Of one connection, RFC 9110 section 7.6.1; and what this side answers itself. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  clientHeader,
]);

/**
 * Of the request itself, whatever a client names in `Connection`: without its length what is its body here would be another request there,
 * and without what a trusted proxy says of its client the proxy would be the client.
 */
const ofRequest: ReadonlySet<string> = new Set([
  'content-length',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

/** `socketPath`: where that process listens, for workers alone. Error: `shutting_down`. */
export function createPassOn(socketPath: string): PassOn {
  const agent = new Agent({ keepAlive: true });

  function passOn(exchange: Exchange): Promise<void> {
    const { incoming, outgoing, signal } = exchange;
    return new Promise((resolve, reject) => {
      const upstream = request({
        socketPath,
        agent,
        method: incoming.method,
        path: incoming.url,
        headers: headersFor(incoming),
        setHost: false,
      });
      const stop = () => void upstream.destroy();
      signal.addEventListener('abort', stop);
      const end = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      upstream.on('response', (answer) => {
        answer.once('end', () => {
          if (incoming.complete) return;
          // Nobody wants the rest of the body.
          incoming.unpipe(upstream);
          upstream.destroy();
          dropRest(incoming);
        });
        relay(answer, outgoing, end);
      });
      upstream.on('error', (cause) => {
        if (outgoing.headersSent) {
          // What is under way cannot be taken back; the client sees that it broke off.
          if (!outgoing.writableEnded) outgoing.destroy();
          end();
          return;
        }
        signal.removeEventListener('abort', stop);
        reject(new TollgateError('shutting_down', { retryAfterMs: 1000, cause }));
      });
      incoming.pipe(upstream);
      if (signal.aborted) stop();
    });
  }

  return Object.assign(passOn, { [Symbol.dispose]: () => agent.destroy() });
}

function relay(answer: IncomingMessage, outgoing: ServerResponse, end: () => void): void {
  outgoing.once('close', () => {
    answer.destroy();
    end();
  });
  outgoing.once('finish', end);
  if (outgoing.destroyed) {
    answer.destroy();
    end();
    return;
  }
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer));
  // Also where the first byte of the body takes its time, as in a stream of events.
  outgoing.flushHeaders();
  answer.on('error', () => outgoing.destroy());
  answer.pipe(outgoing);
}

function headersFor(incoming: IncomingMessage): string[] {
  const headers = endToEnd(incoming);
  headers.push(clientHeader, incoming.socket.remoteAddress ?? '');
  // Bodies without a length; those with one have it among the headers.
  if (incoming.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
  // HTTP/1.0 knows no hosts, and what is passed on is not HTTP/1.0.
  if (incoming.headers.host === undefined) headers.push('host', 'localhost');
  return headers;
}

/** Names and values in turn, as they came. */
function endToEnd({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = (headers.connection ?? '').toLowerCase().split(/[\s,]+/);
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const lower = name.toLowerCase();
    const dropped = ofConnection.has(lower) || (named.includes(lower) && !ofRequest.has(lower));
    if (!dropped) kept.push(name, rawHeaders[index + 1] as string);
  }
  return kept;
}
