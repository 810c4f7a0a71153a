// The end of a gateway: streams finish or are told, nobody new is let in, the books are closed, the port is free. And
// a new configuration while a stream runs.
import { connect, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { errorOf, parseEvents, readEvents, textOf } from '../support/read-events.ts';
import {
  done,
  finish,
  polite,
  roleChunk,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, configOf, startGateway } from '../support/start-gateway.ts';

/** A promise and the function that resolves it. */
function gate(): { promise: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

async function setUp(grace: string) {
  const upstream = await startUpstream(polite);
  const gateway = await startGateway({ upstreams: [upstream.url], server: { shutdown_grace: grace } });
  return { upstream, gateway };
}

/** Rows as they are on disk after the gateway is gone. */
async function rowsOnDisk(folder: string) {
  await using store = await openSqliteToolStore({ folder: `${folder}/data`, clock: systemClock });
  return (await store.ledgerReader.rows({ limit: 100 })).items;
}

function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

describe('shutdown', () => {
  test('a stream under way finishes; new requests are refused meanwhile', async () => {
    const { upstream, gateway } = await setUp('5s');
    await using _ = upstream;
    const rest = gate();
    upstream.next(stream([roleChunk, text('a'), rest.promise, text('b'), finish(), usageChunk(), done]));
    // A connection that is open already: new ones are not accepted any more.
    const idle = connect(gateway.port, '127.0.0.1');
    idle.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => idle.once('data', resolve));
    const busy = connect(gateway.port, '127.0.0.1');
    const body = JSON.stringify(ask({ stream: true }));
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${body.length}\r\n\r\n`;
    busy.write(head.slice(0, 10));
    const response = await gateway.chat(ask({ stream: true }));

    const closing = gateway.gateway[Symbol.asyncDispose]();
    busy.write(head.slice(10) + body);
    const refused = await new Promise<string>((resolve) =>
      busy.once('data', (data) => resolve(String(data))),
    );
    expect(refused).toMatch(/^HTTP\/1.1 503 /);
    expect(refused).toContain('"code":"shutting_down"');
    expect(refused.toLowerCase()).toContain('retry-after: 1');

    rest.open();
    const events = await readEvents(response);
    expect([textOf(events), events.done]).toEqual(['ab', true]);
    await closing;
    idle.destroy();
    busy.destroy();
    expect(await portIsFree(gateway.port)).toBe(true);
    expect(await rowsOnDisk(gateway.folder)).toMatchObject([
      { state: 'settled', partial: false, cost: 20_000n },
    ]);
    await gateway[Symbol.asyncDispose]();
  });

  test('past the grace, streams end with an error in-band and whole answers with 503', async () => {
    const { upstream, gateway } = await setUp('100ms');
    await using _ = upstream;
    upstream.always(async (answer) => {
      if (!answer.request.body.stream) return void (await answer.gone);
      await stream([roleChunk, text('delivered'), 'STALL'])(answer);
    });
    const streamed = await gateway.chat(ask({ stream: true }));
    const plain = gateway.chat(ask());
    await upstream.arrival(2);
    // Neither upstream ever ends: that this does is the grace.
    await gateway.gateway[Symbol.asyncDispose]();
    const events = parseEvents(await streamed.text());
    expect(events.done).toBe(false);
    expect(textOf(events)).toBe('delivered');
    expect(events.data.at(-1).error).toMatchObject({ code: 'shutting_down', type: 'server_error' });
    const answered = await plain;
    expect(answered.status).toBe(503);
    expect(await errorOf(answered)).toMatchObject({ code: 'shutting_down' });
    expect(await Promise.all(upstream.requests.map(({ closed }) => closed))).toEqual(['aborted', 'aborted']);
    expect(await portIsFree(gateway.port)).toBe(true);
    const rows = await rowsOnDisk(gateway.folder);
    expect(rows.map(({ state, error, recovered }) => [state, error, recovered])).toEqual([
      ['settled', 'shutting_down', false],
      ['settled', 'shutting_down', false],
    ]);
    expect(rows.find((row) => row.stream)?.usage?.output).toBe(2);
    expect(rows.find((row) => !row.stream)?.cost).toBe(0n);
    await gateway[Symbol.asyncDispose]();
  });

  test('a large answer on its way to a slow reader is not cut off', async () => {
    const { upstream, gateway } = await setUp('5s');
    await using _ = upstream;
    const content = 'x'.repeat(12 * 1024 * 1024);
    upstream.next(whole({ choices: [{ message: { content } }] }));
    const socket = connect(gateway.port, '127.0.0.1');
    const body = JSON.stringify(ask());
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => socket.once('readable', resolve));
    const closing = gateway.gateway[Symbol.asyncDispose]();
    let size = 0;
    for await (const piece of socket) size += (piece as Buffer).length;
    expect(size).toBeGreaterThan(content.length);
    await closing;
    expect(await rowsOnDisk(gateway.folder)).toMatchObject([{ state: 'settled', partial: false }]);
    await gateway[Symbol.asyncDispose]();
  });

  test('clients that never send their body, or never read their answer, do not hold it up', async () => {
    const { upstream, gateway } = await setUp('100ms');
    await using _ = upstream;
    upstream.next(whole({ choices: [{ message: { content: 'x'.repeat(20 * 1024 * 1024) } }] }));
    const body = JSON.stringify(ask());
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: `;
    const silent = connect(gateway.port, '127.0.0.1');
    const deaf = connect(gateway.port, '127.0.0.1');
    silent.on('error', () => undefined);
    deaf.on('error', () => undefined);
    silent.write(`${head}1000\r\n\r\n{`);
    deaf.write(`${head}${body.length}\r\n\r\n${body}`);
    await new Promise((resolve) => deaf.once('readable', resolve));
    const started = performance.now();
    await gateway.gateway[Symbol.asyncDispose]();
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await portIsFree(gateway.port)).toBe(true);
    expect(await rowsOnDisk(gateway.folder)).toMatchObject([{ state: 'settled', partial: true }]);
    await gateway[Symbol.asyncDispose]();
  });
});

describe('a new configuration', () => {
  test('a stream that runs goes on as it began; the next request sees the new one', async () => {
    const upstream = await startUpstream(polite);
    const other = await startUpstream(polite);
    await using _ = upstream;
    await using __ = other;
    const options = { upstreams: [upstream.url] };
    await using gateway = await startGateway(options);
    const rest = gate();
    upstream.next(stream([roleChunk, text('a'), rest.promise, text('b'), finish(), usageChunk(), done]));
    const response = await gateway.chat(ask({ stream: true }));

    await gateway.configure(
      configOf({ upstreams: [other.url], model: { price: { input: 10, output: 20 } } }),
    );
    expect((await gateway.chat(ask())).status).toBe(200);
    expect(other.requests).toHaveLength(1);

    rest.open();
    const events = await readEvents(response);
    expect([textOf(events), events.done]).toEqual(['ab', true]);
    const [newer, older] = await gateway.ledger();
    expect(older).toMatchObject({ cost: 20_000n, partial: false });
    expect(newer).toMatchObject({ cost: 200_000n });
    expect(older?.priceVersion).not.toBe(newer?.priceVersion);
  });

  test('a wrong one changes nothing', async () => {
    const upstream = await startUpstream(polite);
    await using _ = upstream;
    await using gateway = await startGateway({ upstreams: [upstream.url] });
    await gateway.configure({ models: { 'test-model': { route: 'nowhere' } } });
    expect((await gateway.chat(ask())).status).toBe(200);
    expect(gateway.logs.map(({ msg }) => msg)).toEqual([expect.stringContaining('not taken over')]);
  });
});
