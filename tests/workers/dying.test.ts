// Processes of a gateway that die: a worker at any moment, with rows closed at once and the others undisturbed; the one that has the
// store, with all of them. On both databases where the store is concerned.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noPostgres, startPostgres } from '../support/postgres.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import { done, finish, polite, roleChunk, stream, text, usageChunk } from '../support/scripted-upstream.ts';
import { runCommand } from '../support/serve-process.ts';
import { eventually, type Site, startSite } from './site.ts';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Six streams that have begun; one worker is killed, then the others go on. */
async function killInTheMiddleOfStreams(site: Site): Promise<void> {
  const { opened, open } = gate();
  site.upstream.always(stream([roleChunk, text('be'), opened, text('gun'), finish(), usageChunk(), done]));
  const streams = await Promise.all(Array.from({ length: 6 }, () => site.chat({ stream: true })));
  await site.metric('tollgate_holds_total');
  const [victim] = await site.workers();
  const readings = streams.map((response) => readEvents(response).catch(() => undefined));
  process.kill(victim as number, 'SIGKILL');
  // The others are still open, so whatever is closed now was closed at once.
  await eventually(async () => (await site.rows()).some(({ recovered }) => recovered));
  const between = await site.rows();
  const held = between.filter(({ state }) => state === 'held').length;
  expect(held).toBeGreaterThan(0);
  expect(between.filter(({ recovered }) => recovered)).toHaveLength(6 - held);
  open();
  const answers = await Promise.all(readings);
  const whole = answers.filter((answer) => answer !== undefined);
  expect(whole).toHaveLength(held);
  for (const answer of whole) expect(textOf(answer)).toBe('begun');
  await eventually(async () => (await site.metric('tollgate_worker_restarts_total')) === 1);
  await eventually(async () => (await site.metric('tollgate_workers')) === 2);
  // What the victim had counted is not forgotten: a counter that falls would count twice in a rate.
  expect(await site.metric('tollgate_holds_total')).toBe(6);
  expect((await site.closedRows()).filter(({ recovered }) => recovered)).toHaveLength(6 - held);
  expect(await site.findings()).toEqual([]);
}

describe.skipIf(noPostgres)('with PostgreSQL', () => {
  test('kill -9 of a worker in the middle of streams', { timeout: 120_000 }, async () => {
    await using server = await startPostgres();
    await using site = await startSite({ databaseUrl: await server.createDatabase() });
    await killInTheMiddleOfStreams(site);
    expect(await site.serve.end('SIGTERM')).toBe(0);
  });
});

describe('with SQLite, one after the other,', () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  }, 60_000);
  afterAll(() => site[Symbol.asyncDispose]());

  test('kill -9 of a worker in the middle of streams', { timeout: 120_000 }, () =>
    killInTheMiddleOfStreams(site),
  );

  test('kill -9 of a worker while requests come and go: none that was answered is missing, none is double', {
    timeout: 120_000,
  }, async () => {
    site.upstream.always(polite);
    const before = (await site.rows()).length;
    const statuses: (number | undefined)[] = [];
    let asking = true;
    const clients = Array.from({ length: 16 }, async () => {
      while (asking) {
        const status = await site
          .chat()
          .then(async (response) => {
            await response.arrayBuffer();
            return response.status;
          })
          .catch(() => undefined);
        statuses.push(status);
      }
    });
    await delay(300);
    const [victim] = await site.workers();
    process.kill(victim as number, 'SIGKILL');
    await eventually(async () => (await site.metric('tollgate_worker_restarts_total')) === 2);
    await eventually(async () => (await site.metric('tollgate_workers')) === 2);
    asking = false;
    await Promise.all(clients);
    const rows = await site.closedRows();
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const served = statuses.filter((status) => status === 200).length;
    const settled = rows.filter(({ state }) => state === 'settled').length - before;
    // Some that were settled may not have reached their client, and what was answered at the last moment is recovered; none is missing.
    expect(settled).toBeGreaterThanOrEqual(served);
    expect(rows.length - before).toBeLessThanOrEqual(statuses.length);
    expect(await site.findings()).toEqual([]);
  });

  test('kill -9 of the process that has the store: its workers end, and the next start closes what was open', {
    timeout: 120_000,
  }, async () => {
    const recoveredBefore = (await site.closedRows()).filter(({ recovered }) => recovered).length;
    const { opened } = gate();
    site.upstream.always(stream([roleChunk, text('be'), opened]));
    const streams = await Promise.all(Array.from({ length: 4 }, () => site.chat({ stream: true })));
    const readings = streams.map((response) => response.text().catch(() => 'broken'));
    const pids = await site.workers();
    expect(pids).toHaveLength(2);
    expect(await site.serve.end('SIGKILL')).toBe('SIGKILL');
    await eventually(() => pids.every((pid) => !isAlive(pid)));
    for (const answer of await Promise.all(readings)) expect(answer).toBe('broken');
    site.upstream.always(polite);
    await site.start();
    await eventually(() => site.serve.output().includes('4 requests of an earlier run closed as recovered.'));
    expect((await site.rows()).filter(({ recovered }) => recovered)).toHaveLength(recoveredBefore + 4);
    expect((await site.chat()).status).toBe(200);
    expect(await site.findings()).toEqual([]);
  });

  test('SIGTERM lets streams finish on every worker, settles them and leaves no process', {
    timeout: 60_000,
  }, async () => {
    const before = await site.closedRows();
    const { opened, open } = gate();
    site.upstream.always(stream([roleChunk, text('be'), opened, text('gun'), finish(), usageChunk(), done]));
    const streams = await Promise.all(Array.from({ length: 6 }, () => site.chat({ stream: true })));
    const live = await site.adminRaw('/admin/v1/requests/live');
    const pids = await site.workers();
    // As a Ctrl-C does: the signal reaches the whole group.
    for (const pid of pids) process.kill(pid, 'SIGTERM');
    const ended = site.serve.end('SIGTERM');
    await delay(200);
    open();
    for (const response of streams) {
      const events = await readEvents(response);
      expect([textOf(events), events.done]).toEqual(['begun', true]);
    }
    await live.text().catch(() => undefined);
    expect(await ended).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    const rows = await site.rows();
    expect(rows).toHaveLength(before.length + 6);
    expect(rows.filter(({ state }) => state === 'held')).toEqual([]);
    const recovered = (list: typeof rows) => list.filter((row) => row.recovered).length;
    expect(recovered(rows)).toBe(recovered(before));
    expect(await site.findings()).toEqual([]);
  });
});

test.each(['0', '65', 'two', '1.5'])(
  'TOLLGATE_WORKERS=%s is refused with what it may be',
  async (workers) => {
    const { code, output } = await runCommand(['serve', '--port', '0', '--data', '/nowhere'], {
      TOLLGATE_WORKERS: workers,
    });
    expect(code).toBe(1);
    expect(output).toContain('TOLLGATE_WORKERS must be a whole number from 1 to 64');
  },
);
