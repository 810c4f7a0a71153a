// Time on the client's side: heartbeats in silence, readers slower than their model, and those who leave.
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseEvents, readEvents, textOf } from '../support/read-events.ts';
import {
  done,
  finish,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url], server: { heartbeat: '40ms' } });
});
beforeEach(() => upstream.always(polite));
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const sockets: Socket[] = [];

/** A client of its own socket, which reads only when told to. */
function rawClient(body: string) {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

/** Without the flag on the command line, `gc` is still to be had from a context made after it was set. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

async function until(condition: () => boolean): Promise<void> {
  for (const started = performance.now(); !condition(); ) {
    if (performance.now() - started > 5000) throw new Error('the condition did not come true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('heartbeats', () => {
  test('silence before the first token is filled with comments', async () => {
    upstream.next(stream([{ wait: 600 }, roleChunk, text('a'), finish(), done]));
    const response = await gateway.chat(ask({ stream: true }));
    const events = await readEvents(response);
    expect(events.comments).toBeGreaterThanOrEqual(2);
    expect(events.raw.startsWith(': keep-alive\n\n')).toBe(true);
    expect([textOf(events), events.done]).toEqual(['a', true]);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(events.raw).not.toMatch(/^(id|event):/m);
  });

  test('and silence in the middle', async () => {
    upstream.next(stream([roleChunk, text('a'), { wait: 600 }, text('b'), finish(), done]));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.comments).toBeGreaterThanOrEqual(2);
    expect(textOf(events)).toBe('ab');
  });

  test('no comments while chunks come, and none in a whole answer', async () => {
    // Longer than a heartbeat in all, and each silence so much shorter that a busy machine does not make one of it.
    await using calm = await startGateway({ upstreams: [upstream.url], server: { heartbeat: '500ms' } });
    upstream.next(
      stream([
        roleChunk,
        ...Array.from({ length: 16 }, () => [text('a'), { wait: 40 }]).flat(),
        finish(),
        done,
      ]),
    );
    expect((await readEvents(await calm.chat(ask({ stream: true })))).comments).toBe(0);
    upstream.next(async ({ head, end }) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      head(200, { 'content-type': 'application/json' });
      end('{"choices":[{"message":{"content":"a"}}]}');
    });
    expect(await (await gateway.chat(ask())).json()).toMatchObject({ object: 'chat.completion' });
  });

  test('after the first one, errors are in-band', async () => {
    upstream.next(async (answer) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await refusal(429)(answer);
    });
    const response = await gateway.chat(ask({ stream: true }));
    expect(response.status).toBe(200);
    const events = await readEvents(response);
    expect(events.done).toBe(false);
    expect(events.data).toEqual([{ error: expect.objectContaining({ code: 'rate_limit_exceeded' }) }]);
    expect(await gateway.row()).toMatchObject({ state: 'released', error: 'upstream_rate_limited' });
  });
});

describe('a client that reads slowly', () => {
  const long = text('#'.repeat(16 * 1024));

  test('holds its upstream back, and still gets everything', async () => {
    const pieces = 4000;
    upstream.next(async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write(roleChunk);
      for (let count = 0; count < pieces; count++) if (!(await answer.write(long))) return;
      await answer.write(finish() + usageChunk() + done);
      answer.end();
    });
    const arrived = upstream.arrival(upstream.requests.length + 1);
    // A cap that so many bytes may be within: an answer beyond what was reserved is ended.
    const socket = rawClient(JSON.stringify(ask({ stream: true, max_tokens: 10_000_000 })));
    const request = await arrived;
    // Until nothing moves any more.
    let before = -1;
    while (before !== request.written) {
      before = request.written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // Two connections' kernel buffers (up to 10 MiB each on Linux) and little of the gateway's own, of 64 MiB.
    expect(request.written).toBeLessThan(32 * 1024 * 1024);
    expect(request.closedAt).toBeUndefined();

    const received: Buffer[] = [];
    for await (const piece of socket) {
      received.push(piece);
      if ((piece as Buffer).subarray(-5).equals(Buffer.from('0\r\n\r\n'))) break;
    }
    const body = Buffer.concat(received).toString();
    expect(body.match(/#/g)?.length).toBe(pieces * 16 * 1024);
    expect(body).toContain('data: [DONE]');
    expect(await gateway.row()).toMatchObject({ state: 'settled', partial: false, cost: 20_000n });
  });

  test('and leaves: the upstream stops, the delivered part is booked', async () => {
    upstream.next(async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write(roleChunk);
      while (await answer.write(long));
    });
    const arrived = upstream.arrival(upstream.requests.length + 1);
    const socket = rawClient(JSON.stringify(ask({ stream: true })));
    const request = await arrived;
    await until(() => request.written > 1024 * 1024);
    socket.destroy();
    expect(await request.closed).toBe('aborted');
    const row = await gateway.row();
    expect(row).toMatchObject({
      state: 'settled',
      partial: true,
      error: 'client_aborted',
      usageSource: 'estimated',
    });
    expect(row.usage?.output).toBeGreaterThan(100);
  });

  test('a whole answer that nobody reads is not booked as delivered', async () => {
    upstream.next(({ head, end }) => {
      head(200, { 'content-type': 'application/json' });
      end(JSON.stringify({ choices: [{ message: { content: 'x'.repeat(20 * 1024 * 1024) } }] }));
    });
    const arrived = upstream.arrival(upstream.requests.length + 1);
    const socket = rawClient(JSON.stringify(ask()));
    await (await arrived).closed;
    await new Promise((resolve) => socket.once('readable', resolve));
    socket.destroy();
    expect(await gateway.row()).toMatchObject({ state: 'settled', partial: true, error: 'client_aborted' });
  });
});

describe('clients that leave', () => {
  test('a hundred at once, at every moment: each upstream stops, each row is closed', async () => {
    // Without heartbeats: the head of an answer means that the upstream has begun.
    await using quiet = await startGateway({ upstreams: [upstream.url] });
    const before = upstream.requests.length;
    upstream.always(async (answer) => {
      const marker = answer.request.body.user;
      arrived.get(marker)?.();
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write(roleChunk);
      while (await answer.write(text('word '))) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    const arrived = new Map<string, () => void>();
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const controller = new AbortController();
        const user = `client ${index}`;
        const moment = index % 4;
        // At once, when the upstream has the request, with the head of the answer, after its first piece.
        if (moment === 0) setImmediate(() => controller.abort());
        if (moment === 1) arrived.set(user, () => controller.abort());
        try {
          const response = await quiet.chat(ask({ stream: true, user }), { signal: controller.signal });
          if (moment === 3) await response.body?.getReader().read();
          controller.abort();
        } catch {
          // The abort, which is what this is about.
        }
      }),
    );
    const closed = await Promise.all(upstream.requests.slice(before).map((request) => request.closed));
    expect(closed.length).toBeGreaterThanOrEqual(75);
    expect(new Set(closed)).toEqual(new Set(['aborted']));
    const rows = await quiet.ledger();
    expect(new Set(rows.map(({ error }) => error))).toEqual(new Set(['client_aborted']));
    expect(rows.length).toBeGreaterThanOrEqual(closed.length);
    expect(quiet.logs.filter(({ level }) => level >= 50)).toEqual([]);
  });

  test('thousands of requests leave nothing behind', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    upstream.always(polite);
    const round = async (count: number) => {
      for (let index = 0; index < count; index += 50) {
        await Promise.all(
          Array.from({ length: 50 }, async (_, number) => {
            const response = await gateway.chat(ask({ stream: number % 2 === 0 }));
            await response.text();
          }),
        );
      }
      upstream.requests.splice(0);
      collectGarbage();
    };
    await round(1000);
    const active = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const timers = active();
    const heap = process.memoryUsage().heapUsed;
    gateway.logs.splice(0);
    await round(5000);
    expect(active()).toBeLessThan(timers + 20);
    // 5,000 requests that each left 3 kB behind would show.
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(15 * 1024 * 1024);
    process.off('warning', onWarning);
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
  });
});

test('parseEvents is as strict as it claims', () => {
  for (const wrong of [
    'data: {}',
    'data: {}\n\n\n\n',
    'event: x\ndata: {}\n\n',
    'data: [DONE]\n\ndata: {}\n\n',
    'data:{}\n\n',
  ]) {
    expect(() => parseEvents(wrong)).toThrow();
  }
});
