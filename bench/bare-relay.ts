// The yardstick: the least that a relay in Node can do. node:http in front, undici's `dispatch` behind, the body read
// whole, the answer's bytes passed on as they come. No keys, no ledger, no checks, no patching, no deadlines.
// `node bench/bare-relay.ts <origin of the upstream>`
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const upstream = new Pool(process.argv[2] ?? '', { headersTimeout: 0, bodyTimeout: 0, allowH2: false });
const headers = { 'content-type': 'application/json', authorization: 'Bearer upstream-key' };

const server = createServer((incoming, outgoing) => {
  const pieces: Buffer[] = [];
  incoming.on('data', (piece: Buffer) => pieces.push(piece));
  incoming.on('end', () => {
    const body = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    upstream.dispatch(
      { path: incoming.url ?? '/', method: 'POST', headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, answer) {
          const type = String(answer['content-type']);
          const length = answer['content-length'];
          outgoing.writeHead(
            status,
            length === undefined
              ? { 'content-type': type }
              : { 'content-type': type, 'content-length': String(length) },
          );
        },
        onResponseData(_controller, chunk) {
          outgoing.write(chunk);
        },
        onResponseEnd() {
          outgoing.end();
        },
        onResponseError() {
          outgoing.destroy();
        },
      },
    );
  });
});

server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
