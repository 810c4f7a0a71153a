// The upstream of the benchmark: fixed answers as cheaply as a process can give them, straight on the socket, so that
// the measured process and not this one is what a round waits for. Knows just enough HTTP for that.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { streamEvents, thoughtfulUser, wholeAnswer } from './wire.ts';

/** Between two deltas: about what a fast model takes, so that each delta is a packet of its own. */
const deltaMs = 5;
/** What a thoughtful answer takes: long enough that the clients, and not a gateway, set the rate. */
const thoughtMs = 20;

const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(wholeAnswer)}\r\n\r\n${wholeAnswer}`,
);
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const streamPieces = streamEvents.map((text, index) =>
  Buffer.from(
    `${index === 0 ? streamHead : ''}${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n${
      index === streamEvents.length - 1 ? '0\r\n\r\n' : ''
    }`,
  ),
);

/** Streams under way and the event each sends next. One timer drives them all. */
const streams = new Map<Socket, number>();

setInterval(() => {
  for (const [socket, next] of streams) {
    socket.write(streamPieces[next] as Buffer);
    if (next + 1 < streamPieces.length) streams.set(socket, next + 1);
    else streams.delete(socket);
  }
}, deltaMs);

const server = createServer({ noDelay: true }, (socket) => {
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    received = received.length === 0 ? piece : Buffer.concat([received, piece]);
    const bodyStart = received.indexOf('\r\n\r\n') + 4;
    if (bodyStart < 4) return;
    const length = Number(/content-length: (\d+)/i.exec(received.toString('latin1', 0, bodyStart))?.[1]);
    if (received.length < bodyStart + length) return;
    if (received.includes('"stream":true', bodyStart)) streams.set(socket, 0);
    else if (received.includes(thoughtfulUser, bodyStart)) setTimeout(() => socket.write(whole), thoughtMs);
    else socket.write(whole);
    received = Buffer.alloc(0);
  });
  socket.on('close', () => streams.delete(socket));
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
