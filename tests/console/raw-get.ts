// One request with exactly these headers and this path: fetch would add its own, tidy the path and open what is
// compressed.

import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly bytes: Buffer;
  readonly text: string;
}

export function rawGet(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<RawAnswer> {
  const { hostname, port, origin } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path: url.slice(origin.length) || '/', headers, agent: false },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const bytes = Buffer.concat(pieces);
          const { statusCode = 0, headers: got } = answer;
          resolve({ status: statusCode, headers: got, bytes, text: bytes.toString() });
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
