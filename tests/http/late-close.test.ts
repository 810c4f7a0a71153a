// A connection is closed soon behind a stream that failed, unless its client has sent the next request. A gateway that is late must not
// take what waits in the system for nothing: the client would see its connection reset and not know what became of its request.
import { expect, test } from 'vitest';
import { TollgateError } from '../../src/core/errors.ts';
import { openClientStream } from '../../src/pipeline/client-stream.ts';
import { commonHeaders } from '../../src/pipeline/respond.ts';
import { type Chat, echo, openClient, requestOf, startChatServer, streamBody } from './chat-server.ts';

/** More than a connection is kept then. */
const lateMs = 700;

const failing: Chat = async (exchange) => {
  const stream = openClientStream(exchange.outgoing, commonHeaders(exchange.id), 60_000);
  stream.begin(commonHeaders(exchange.id));
  stream.fail(new TollgateError('upstream_error', { values: { reason: 'it broke off' } }));
};

test.each([
  ['usual requests', false],
  ["Node's server", true],
])('a request that came in time is answered, however late the gateway is: %s', async (_, bare) => {
  let asked = 0;
  await using server = await startChatServer({
    bare,
    chat: (exchange) => (asked++ === 0 ? failing(exchange) : echo(exchange)),
  });
  using client = await openClient(server.port);
  await client.send(requestOf(streamBody));
  await client.until('0\r\n\r\n');
  client.socket.write(requestOf('{"next":1}'));
  const begun = performance.now();
  while (performance.now() - begun < lateMs);
  expect(await client.until('next')).toContain('"body":"{\\"next\\":1}"');
});

test.each([
  ['usual requests', false],
  ["Node's server", true],
])('without one the connection is closed: %s', async (_, bare) => {
  await using server = await startChatServer({ bare, chat: failing });
  using client = await openClient(server.port);
  await client.send(requestOf(streamBody));
  await client.closed;
  expect(client.text()).toMatch(/0\r\n\r\n$/);
});
