// The upstream of the benchmark: answers by script as cheaply as a process can, straight on the socket, so that the measured
// process and not this one is what a round waits for. `GET /tally?prefix` tells what it was asked. Knows no gateway.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createMessageReader } from './upstream/http-messages.ts';
import { type Script, scriptOf } from './upstream/scripts.ts';
import { createTallyBook, type Tallied } from './upstream/tally.ts';
import { deltaMs, type Mode, modes } from './wire.ts';

const book = createTallyBook();
const asked = /\[bench (\w+) ([\w-]+)\]/;

/** Plays one answer to its end; what it gives back is called when the connection is gone, which may be before. */
function play(socket: Socket, script: Script, tallied: Tallied): () => void {
  const begun = performance.now();
  let next = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const finish = () => {
    ended = true;
    clearInterval(timer);
    tallied.tokens += script.tokens;
    tallied.finished++;
    if (script.end === 'destroy') socket.destroy();
  };
  const step = () => {
    socket.write(script.pieces[next++] as Buffer);
    if (next === script.pieces.length) finish();
  };
  const start = () => {
    step();
    if (!ended) timer = setInterval(step, script.everyMs);
  };
  if (script.waitMs === 0) start();
  else timer = setTimeout(start, script.waitMs);
  return () => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    tallied.stopped++;
    const written = script.waitMs > 0 ? Math.floor((performance.now() - begun) / deltaMs) : next;
    tallied.tokens += Math.min(script.tokens, written);
  };
}

function json(socket: Socket, body: unknown): void {
  const text = JSON.stringify(body);
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

const server = createServer({ noDelay: true }, (socket) => {
  const read = createMessageReader();
  let stop: (() => void) | undefined;
  socket.on('data', (piece: Buffer) => {
    const message = read(piece);
    if (!message) return;
    const { method, path } = message;
    const body = message.body.toString('latin1');
    if (method === 'GET') {
      if (path.startsWith('/tally')) json(socket, book.read(path.slice('/tally?'.length)));
      else json(socket, { object: 'list', data: [] });
      return;
    }
    const [, mode = 'now', id = 'unmarked'] = asked.exec(body) ?? [];
    if (!modes.includes(mode as Mode)) throw new Error(`mode ${mode}`);
    // `"stream": true` as Python writes it, too.
    const script = scriptOf(mode as Mode, /"stream": ?true/.test(body));
    const tallied = book.of(id);
    tallied.requests++;
    stop = play(socket, script, tallied);
  });
  socket.on('close', () => stop?.());
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
