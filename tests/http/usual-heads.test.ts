// What is taken for usual is what Node takes it for: heads that were changed at random, of which each that is known here is given to
// Node's server as well, which has to read the same request and nothing else.
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { readUsualHead } from '../../src/http/usual/request-head.ts';
import { body, requestOf } from './chat-server.ts';

const fields =
  'Accept: */*\r\nx-stainless-lang: js\r\nUser-Agent: OpenAI/JS 6\r\nconnection: keep-alive\r\nX-A: \r\n';
const odd = [
  '\0',
  '\t',
  '\n',
  '\r',
  '\r\n',
  ' ',
  ':',
  '\x7f',
  '\x80',
  '\xff',
  '-',
  '0',
  '9',
  'a',
  'Z',
  ',',
  ';',
  '"',
  '+',
  '1.0',
  '\x0b',
  '\r\n\r\n',
  'POST ',
];
const lines = [
  'Transfer-Encoding: chunked',
  'Content-Length: 1',
  'content-length:5',
  'Connection: close',
  'Host: other',
  'X-B:b',
  'Expect: 100-continue',
  'TE: trailers',
  ' folded',
  'Upgrade: x',
  'Set-Cookie: a',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding: identity',
  'Content-Length : 4',
  'Content-Length: 3, 3',
  'Connection: keep-alive, close',
  'Connection: content-length',
  'Connection:',
  'Cookie: a=b',
  'Host:',
  '__proto__: a',
  'X-\xe9: b',
  'X-A: a\r',
  ': x',
];

/** mulberry32. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function changed(text: string, random: (below: number) => number): string {
  const headEnd = text.indexOf('\r\n\r\n') + 4;
  const at = random(headEnd);
  const one = odd[random(odd.length)] ?? '';
  switch (random(5)) {
    case 0:
      return text.slice(0, at) + one + text.slice(at);
    case 1:
      return text.slice(0, at) + one + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random(3));
    case 3: {
      const end = text.indexOf('\r\n', at) + 2;
      return `${text.slice(0, end)}${lines[random(lines.length)]}\r\n${text.slice(end)}`;
    }
    default:
      return text.slice(0, at) + text.slice(at, at + 12).toUpperCase() + text.slice(at + 12);
  }
}

interface Read {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

test('whatever is usual, Node reads alike', async () => {
  const read: Read[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const pieces: Buffer[] = [];
    incoming.on('data', (piece) => pieces.push(piece));
    incoming.on('end', () => {
      read.push({ method, url, headers, body: Buffer.concat(pieces).toString('latin1') });
      outgoing.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  /** Ends with the answer to one more request, which can only come behind the end of the first. */
  const play = (bytes: Buffer) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
      socket.write(
        Buffer.concat([bytes, Buffer.from('GET /end HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')]),
      );
    });
  const random = createRandom(20261123);
  const seen = { usual: 0, unusual: 0 };
  try {
    for (let round = 0; round < 1500; round++) {
      let text = requestOf(body, fields);
      for (let times = random(3); times >= 0; times--) text = changed(text, random);
      const bytes = Buffer.from(text, 'latin1');
      const head = readUsualHead(bytes);
      if (!head || head === 'partial' || head.bytes + head.bodyBytes !== bytes.length) {
        seen.unusual++;
        continue;
      }
      seen.usual++;
      read.splice(0);
      await play(bytes);
      const expected = {
        method: 'POST',
        url: '/v1/chat/completions',
        headers: { ...head.headers },
        body: text.slice(head.bytes),
      };
      expect([text, read.slice(0, -1)]).toEqual([text, [expected]]);
      expect(read.at(-1)?.url).toBe('/end');
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(seen.usual).toBeGreaterThan(100);
  expect(seen.unusual).toBeGreaterThan(100);
});
