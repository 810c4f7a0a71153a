// The mock upstream, the bare relay and the clients for real: what the harness says about a program must be so.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureAborts } from '../../bench/correctness/aborts.ts';
import { measureBrokenStreams } from '../../bench/correctness/broken-streams.ts';
import { measureOvershoot } from '../../bench/correctness/overshoot.ts';
import { type Entry, type Field, openField } from '../../bench/field.ts';
import { startLoad } from '../../bench/load/client.ts';
import { play } from '../../bench/load/play.ts';
import { overload } from '../../bench/overload/clients.ts';
import { direct } from '../../bench/peers/direct.ts';
import { relay } from '../../bench/peers/relay.ts';
import { cpuMicrosBetween, memoryBytes, readCpu } from '../../bench/process-tree.ts';
import { canMeasureProcesses } from '../../bench/process-usage.ts';

let field: Field;
let through: Entry;
let straight: Entry;

beforeAll(async () => {
  field = await openField('/nowhere');
  const options = { folder: '/nowhere', place: 'anywhere' } as const;
  through = await enter(relay);
  straight = await enter(direct);

  async function enter(kind: typeof relay): Promise<Entry> {
    const peer = await kind.start({ ...options, upstream: field.upstream, data: '/nowhere', budget: 1 });
    return { kind, version: '', peer, data: '/nowhere' };
  }
});

afterAll(async () => {
  await through.peer[Symbol.asyncDispose]();
  await field[Symbol.asyncDispose]();
});

describe('load', () => {
  test('whole answers and streams are right, and counted by the upstream, too', async () => {
    const job = { target: through.peer.target, id: 'right', seconds: 0.3 };
    const whole = await play({ ...job, kind: 'closed', mode: 'now', stream: false, concurrency: 4 });
    const streams = await play({ ...job, kind: 'closed', mode: 'now', stream: true, concurrency: 4 });
    expect(whole.answered).toBeGreaterThan(0);
    expect(streams.answered).toBeGreaterThan(0);
    expect(whole.wrong + streams.wrong).toBe(0);
    const { right } = await field.tally('right');
    expect(right).toMatchObject({ requests: whole.answered + streams.answered, stopped: 0 });
    expect(right?.tokens).toBe(64 * (right?.requests ?? 0));
  });

  test('requests at a rate are as many as were asked for', async () => {
    const { target } = straight.peer;
    const outcome = await play({
      kind: 'open',
      target,
      mode: 'think',
      stream: false,
      id: 'rate',
      rate: 100,
      seconds: 0.5,
    });
    expect(outcome.answered).toBe(50);
    expect(outcome.latency.p50).toBeGreaterThanOrEqual(19);
  });

  test('each delta of a paced stream is seen', async () => {
    const { target } = through.peer;
    const outcome = await play({
      kind: 'open',
      target,
      mode: 'paced',
      stream: true,
      id: 'paced',
      rate: 10,
      seconds: 0.2,
    });
    expect(outcome.answered).toBe(2);
    expect(outcome.gap?.max).toBeGreaterThan(0);
    expect(outcome.firstDelta?.max).toBeLessThan(outcome.latency.p50);
  });

  test('a program that never answers ends its own job and no other', async () => {
    await using load = startLoad();
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const target = { ...straight.peer.target, url: `http://127.0.0.1:${port}` };
    const job = {
      kind: 'closed',
      mode: 'now',
      stream: false,
      id: 'silent',
      concurrency: 2,
      seconds: 0.1,
    } as const;
    await expect(load.run({ ...job, target }, { patienceMs: 300 })).rejects.toThrow(
      'not answered within 0.3 s',
    );
    const { answered } = await load.run({ ...job, target: straight.peer.target });
    expect(answered).toBeGreaterThan(0);
    // Neither is it to blame for what becomes of the clients.
    const inTheMiddle = load.run({ ...job, target });
    process.kill(load.pid, 'SIGKILL');
    await expect(inTheMiddle).rejects.toThrow('the load process ended');
    silent.close();
    expect((await load.run({ ...job, target: straight.peer.target })).answered).toBeGreaterThan(0);
  });

  test('a wrong answer is told as wrong', async () => {
    const { target } = straight.peer;
    const outcome = await play({
      kind: 'closed',
      target,
      mode: 'cut',
      stream: true,
      id: 'wrong',
      concurrency: 1,
      seconds: 0.1,
    });
    expect(outcome.answered).toBe(0);
    expect(outcome.wrong).toBeGreaterThan(0);
    expect(outcome.sample).toContain('word');
  });
});

describe('when things go wrong', () => {
  test('asked directly, the upstream stops at once and its faults are seen as they are', async () => {
    expect(await measureBrokenStreams(straight, field)).toEqual({ cut: 'broken', short: 'quiet' });
    const aborts = await measureAborts(straight, field);
    expect(aborts.streamTokens).toBeLessThan(54);
    expect(aborts.plainTokens).toBeLessThan(54);
  });

  test('a program that refuses everything is told to fail, and not to stop at once or to keep its budget', async () => {
    const server = createHttpServer((_, answer) => answer.writeHead(401).end('{"error":{"message":"no"}}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const refusing: Entry = {
      ...straight,
      kind: { ...straight.kind, name: 'refusing' },
      peer: { ...straight.peer, target: { ...straight.peer.target, url } },
    };
    await expect(measureBrokenStreams(refusing, field)).rejects.toThrow('did not come to the upstream');
    await expect(measureAborts(refusing, field)).rejects.toThrow(/ended before its delta 10: .*401/);
    await expect(measureOvershoot(refusing, field, 0.1)).rejects.toThrow(/no client was answered: .*401/);
    const job = { target: refusing.peer.target, rate: 20, settleSeconds: 0, seconds: 0.1 };
    await expect(overload(job)).rejects.toThrow('/health: HTTP/1.1 401');
    server.close();
  });

  test('the relay, which does not look after its client, lets the upstream write on', async () => {
    const aborts = await measureAborts(through, field);
    expect(aborts.streamTokens).toBe(54);
    expect(aborts.rows).toBeUndefined();
  });
});

test.runIf(canMeasureProcesses)('CPU and memory of a process are found, and grow with its work', async () => {
  const { pid, target } = through.peer;
  const before = readCpu(pid);
  await play({ kind: 'closed', target, mode: 'now', stream: false, id: 'cpu', concurrency: 4, seconds: 0.3 });
  expect(cpuMicrosBetween(before, readCpu(pid))).toBeGreaterThan(10_000);
  expect(memoryBytes(pid)).toBeGreaterThan(20e6);
});
