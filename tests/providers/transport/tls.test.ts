// TLS to upstreams: whom the transport believes, what it says to them, and how long a connection may take.
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUpstreamTransport } from '../../../src/providers/transport.ts';
import { ask } from './ask-upstream.ts';
import { certificate, certificateKey } from './certificate.ts';
import { answerOf, startRawServer } from './raw-server.ts';

const usual = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...usual, certificate]));
afterAll(() => setDefaultCACertificates(usual));

const tls = { cert: certificate, key: certificateKey, ALPNProtocols: ['h2', 'http/1.1'] };
const lookup = ((_name: string, { all }: { all?: boolean }, callback: CallableFunction) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)) as never;

test('a name that the certificate has is believed; sessions are taken up again', async () => {
  const large = 'x'.repeat(300_000);
  await using server = await startRawServer(
    ({ socket, count }) => void socket.write(answerOf(large, count === 2 ? 'connection: close\r\n' : '')),
    { tls },
  );
  await using transport = createUpstreamTransport(lookup);
  const origin = `https://model.example:${server.port}`;
  for (let count = 0; count < 3; count++) {
    const body = Buffer.alloc(500_000, ' ');
    expect((await ask(transport, { origin, body }).over).body()).toBe(large);
  }
  const [first, second, ...others] = server.sockets as TLSSocket[];
  expect(others).toEqual([]);
  expect(first).toMatchObject({ servername: 'model.example', alpnProtocol: 'http/1.1' });
  expect(second?.isSessionReused()).toBe(true);
});

test('an address is believed without being named', async () => {
  await using server = await startRawServer(({ socket }) => void socket.write(answerOf('hello')), { tls });
  await using transport = createUpstreamTransport();
  expect((await ask(transport, { origin: server.origin }).over).body()).toBe('hello');
  expect((server.sockets[0] as TLSSocket).servername).toBe(false);
});

test('what the receiver pauses for stays in order', async () => {
  const text = Array.from({ length: 100_000 }, (_, index) => `${index} `).join('');
  await using server = await startRawServer(({ socket }) => void socket.write(answerOf(text)), { tls });
  await using transport = createUpstreamTransport();
  const asked = ask(
    transport,
    { origin: server.origin },
    {
      onData({ flow }) {
        flow?.pause();
        setImmediate(() => flow?.resume());
      },
    },
  );
  await asked.over;
  expect([asked.told.at(-1), asked.body() === text]).toEqual(['end', true]);
});

test('another name, an unknown certificate and no TLS at all are refused', async () => {
  const refused = { reason: 'its certificate or TLS was not accepted', sent: false };
  await using server = await startRawServer(({ socket }) => void socket.write(answerOf('hello')), { tls });
  await using transport = createUpstreamTransport(lookup);
  const other = `https://other.example:${server.port}`;
  expect((await ask(transport, { origin: other }).over).failure).toMatchObject(refused);
  await using plain = await startRawServer(() => undefined);
  plain.onConnection((socket) => void socket.end(answerOf('hello')));
  const bare = `https://127.0.0.1:${plain.port}`;
  expect((await ask(transport, { origin: bare }).over).failure).toMatchObject(refused);
  setDefaultCACertificates(usual);
  try {
    const origin = `https://model.example:${server.port}`;
    await using stranger = createUpstreamTransport(lookup);
    expect((await ask(stranger, { origin }).over).failure).toMatchObject(refused);
  } finally {
    setDefaultCACertificates([...usual, certificate]);
  }
});

test('a connection that takes too long is given up', async () => {
  // Takes the connection, and never speaks TLS.
  await using server = await startRawServer(() => undefined);
  await using transport = createUpstreamTransport();
  const { failure } = await ask(transport, { origin: server.origin.replace('http', 'https') }, {}, 50).over;
  expect(failure).toMatchObject({ reason: 'connecting took too long', sent: false, timedOut: true });
  server.sockets[0]?.end();
  await server.untilOpen(0);
});
