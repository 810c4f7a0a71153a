// Clients that stop reading: each holds back its upstream, costs a bounded amount of memory, and is cut with a reason, while
// others go on.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { LedgerRow } from '../../src/core/store.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  done,
  finish,
  polite,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';
import { ask, startGateway } from '../support/start-gateway.ts';

const key = 'slow-readers-0123456789';
const MiB = 1024 * 1024;
/** Tried by hand with 500, too: 0.7 MiB each. What the system itself buffers for one makes more of them a long test. */
const readers = 120;
/** Mostly bytes that are no text: what was delivered as text is kept, to be counted. */
const piece = text('a').replace('{', `{"obfuscation":"${'#'.repeat(64 * 1024)}",`);

let upstream: ScriptedUpstream;
const sockets: Socket[] = [];

beforeAll(async () => {
  upstream = await startUpstream(polite);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => upstream?.[Symbol.asyncDispose]());

/** A client that sends its request and reads only when told to. */
function rawClient(port: number, bearer: string, body: unknown): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  const json = JSON.stringify(body);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bearer}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
  return socket;
}

/** Until `value` has been the same for `looks` looks. */
async function settled(value: () => number, looks = 10): Promise<number> {
  let last = value();
  for (let same = 0; same < looks; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const next = value();
    same = next === last ? same + 1 : 0;
    last = next;
  }
  return last;
}

function residentBytes(pid: number | undefined): number {
  const [, kilobytes = ''] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kilobytes) * 1024;
}

async function rowsOf(folder: string): Promise<readonly LedgerRow[]> {
  await using store = await openSqliteToolStore({ folder, clock: systemClock });
  return (await store.ledgerReader.rows({ limit: 1000 })).items;
}

const endless = async (answer: Parameters<typeof polite>[0]) => {
  answer.head(200, { 'content-type': 'text/event-stream' });
  await answer.write(roleChunk);
  while (await answer.write(piece));
};

test.runIf(process.platform === 'linux')(
  'many that stop reading: bounded memory, all cut with the reason, others go on',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tollgate-slow-'));
    try {
      const data = join(folder, 'data');
      const config = join(folder, 'tollgate.yaml');
      await writeFile(
        config,
        JSON.stringify({
          providers: { scripted: { type: 'openai-compatible', base_url: upstream.url } },
          models: { m: { price: { input: 1, output: 2 }, route: [[{ provider: 'scripted' }]] } },
          server: { slow_reader_timeout: '8s' },
        }),
      );
      const environment = {
        TOLLGATE_LOCAL_MODEL: 'off',
        TOLLGATE_BOOTSTRAP_KEY: key,
        TOLLGATE_CONFIG: config,
      };
      await using serve: ServeProcess = await serveProcess({ data, environment });
      const port = Number(new URL(serve.url).port);
      const ordinary = async (words: number) => {
        const answer = await fetch(`${serve.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            model: 'm',
            stream: true,
            messages: [{ role: 'user', content: 'hi' }],
            words,
          }),
        });
        return readEvents(answer);
      };
      upstream.always(async (answer) => {
        const words: number | undefined = answer.request.body.words;
        if (words === undefined) return endless(answer);
        answer.head(200, { 'content-type': 'text/event-stream' });
        await answer.write(roleChunk);
        for (let count = 0; count < words; count++) {
          if (!(await answer.write(text('a')))) return;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await answer.write(finish() + usageChunk() + done);
        answer.end();
      });
      await ordinary(1);
      const before = residentBytes(serve.child.pid);
      const first = upstream.requests.length;
      for (let count = 0; count < readers; count++)
        rawClient(port, key, {
          model: 'm',
          stream: true,
          messages: [{ role: 'user', content: 'hi' }],
          max_tokens: 100_000_000,
        });
      const running = ordinary(200);
      running.catch(() => undefined);
      await upstream.arrival(first + readers + 1);
      const stalled = () => upstream.requests.slice(first).filter(({ body }) => body.words === undefined);
      await settled(() => stalled().reduce((sum, { written }) => sum + written, 0), 5);
      const each = (residentBytes(serve.child.pid) - before) / readers;
      expect(each).toBeLessThan(2.5 * MiB);
      const ends = await Promise.all(stalled().map(({ closed }) => closed));
      expect(new Set(ends)).toEqual(new Set(['aborted']));
      const events = await running;
      expect([textOf(events), events.done]).toEqual(['a'.repeat(200), true]);
      await serve.end('SIGTERM');
      const rows = (await rowsOf(data)).filter(({ error }) => error !== undefined);
      expect(rows).toHaveLength(readers);
      expect(new Set(rows.map(({ state, error, partial }) => `${state} ${error} ${partial}`))).toEqual(
        new Set(['settled client_too_slow true']),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  180_000,
);

test('the one who reads on in time learns why; the connection of the one who does not is closed', async () => {
  await using gateway = await startGateway({
    upstreams: [upstream.url],
    server: { slow_reader_timeout: '2s' },
  });
  upstream.always(endless);
  const late = rawClient(gateway.port, gateway.key, ask({ stream: true, max_tokens: 100_000_000 }));
  const never = rawClient(gateway.port, gateway.key, ask({ stream: true, max_tokens: 100_000_000 }));
  const first = await upstream.arrival(upstream.requests.length + 1);
  expect(await first.closed).toBe('aborted');
  const received: Buffer[] = [];
  for await (const bytes of late) received.push(bytes as Buffer);
  const tail = Buffer.concat(received).toString('latin1').slice(-1000);
  expect(tail).toContain('"code":"client_too_slow"');
  expect(tail).not.toContain('[DONE]');
  const rows = await gateway.ledger();
  expect(rows.map(({ error, partial }) => [error, partial])).toEqual([
    ['client_too_slow', true],
    ['client_too_slow', true],
  ]);
  // Closed by the gateway: what the system still holds can be read, then the connection ends without the end of the answer.
  for await (const bytes of never) received.push(bytes as Buffer);
  expect(gateway.logs.filter(({ level }) => level >= 50)).toEqual([]);
}, 60_000);

test('a client that reads in sips, and an upstream that is silent for longer, are not cut', async () => {
  await using gateway = await startGateway({
    upstreams: [upstream.url],
    server: { slow_reader_timeout: '1s', heartbeat: '100ms' },
  });
  const pieces = 150;
  upstream.always(async (answer) => {
    answer.head(200, { 'content-type': 'text/event-stream' });
    await answer.write(roleChunk);
    for (let count = 0; count < pieces; count++) if (!(await answer.write(piece))) return;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await answer.write(finish() + usageChunk() + done);
    answer.end();
  });
  const socket = rawClient(gateway.port, gateway.key, ask({ stream: true, max_tokens: 100_000_000 }));
  let bytes = 0;
  let tail = '';
  // 9.4 MiB in sips of 1 MiB with pauses shorter than the patience, all of them together far longer.
  let rest = MiB;
  for await (const chunk of socket) {
    bytes += (chunk as Buffer).length;
    rest -= (chunk as Buffer).length;
    tail = (tail + (chunk as Buffer).toString('latin1')).slice(-500);
    if (tail.endsWith('0\r\n\r\n')) break;
    if (rest > 0) continue;
    rest = MiB;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  expect(bytes).toBeGreaterThan(pieces * 64 * 1024);
  expect(tail).toContain('data: [DONE]');
  expect(await gateway.row()).toMatchObject({ state: 'settled', partial: false });
}, 60_000);
