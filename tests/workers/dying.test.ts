// Processes of a gateway that die: a worker at any moment, with rows closed at once and the others undisturbed; the one that has the
// store, with all of them. On both databases where the store is concerned.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { databases, postgresServer, stopPostgresAfterAll } from '../ledger/databases.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import { done, finish, polite, roleChunk, stream, text, usageChunk } from '../support/scripted-upstream.ts';
import { runCommand } from '../support/serve-process.ts';
import { eventually, type Site, startSite } from './site.ts';

stopPostgresAfterAll();

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

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    test('kill -9 of a worker in the middle of streams and of holds', { timeout: 180_000 }, async () => {
      const databaseUrl =
        kind.name === 'PostgreSQL' ? await (await postgresServer()).createDatabase() : undefined;
      await using site = await startSite(databaseUrl === undefined ? {} : { databaseUrl });
      const { opened, open } = gate();
      site.upstream.always(
        stream([roleChunk, text('be'), opened, text('gun'), finish(), usageChunk(), done]),
      );
      const streams = await Promise.all(Array.from({ length: 6 }, () => site.chat({ stream: true })));
      await site.metric('tollgate_holds_total');
      const [victim] = await site.workers();
      const readings = streams.map((response) => readEvents(response).catch(() => undefined));
      process.kill(victim as number, 'SIGKILL');
      // The others are still open, so whatever is closed now was closed at once.
      await eventually(async () => (await site.rows()).some(({ recovered }) => recovered));
      const between = await site.rows();
      expect(between.filter(({ state }) => state === 'held')).toHaveLength(3);
      expect(between.filter(({ recovered }) => recovered)).toHaveLength(3);
      open();
      const answers = await Promise.all(readings);
      const whole = answers.filter((answer) => answer !== undefined);
      expect(whole).toHaveLength(3);
      for (const answer of whole) expect(textOf(answer)).toBe('begun');
      await eventually(async () => (await site.metric('tollgate_worker_restarts_total')) === 1);
      await eventually(async () => (await site.metric('tollgate_workers')) === 2);
      // What the victim had counted is not forgotten: a counter that falls would count twice in a rate.
      expect(await site.metric('tollgate_holds_total')).toBe(6);
      expect(await site.findings()).toEqual([]);

      expect(await site.serve.end('SIGTERM')).toBe(0);
    });
  });
}

test('kill -9 of a worker while requests come and go: none that was answered is missing, none is double', {
  timeout: 120_000,
}, async () => {
  await using site = await startSite();
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
  await eventually(async () => (await site.metric('tollgate_worker_restarts_total')) === 1);
  await eventually(async () => (await site.metric('tollgate_workers')) === 2);
  asking = false;
  await Promise.all(clients);
  await eventually(async () => (await site.chat()).status === 200);
  const rows = await site.closedRows();
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  const served = statuses.filter((status) => status === 200).length;
  const settled = rows.filter(({ state }) => state === 'settled').length;
  // Some that were settled may not have reached their client, and what was answered at the last moment is recovered; none is missing.
  expect(settled).toBeGreaterThanOrEqual(served + 1);
  expect(rows.length).toBeLessThanOrEqual(statuses.length + 1);
  expect(await site.findings()).toEqual([]);
});

describe('the process that has the store', () => {
  let site: Site | undefined;
  afterAll(() => site?.[Symbol.asyncDispose]());

  test('that is killed takes the workers with it, and the next start closes what was open', {
    timeout: 120_000,
  }, async () => {
    site = await startSite({ workers: 3 });
    const { opened } = gate();
    site.upstream.always(stream([roleChunk, text('be'), opened]));
    const streams = await Promise.all(Array.from({ length: 4 }, () => (site as Site).chat({ stream: true })));
    const readings = streams.map((response) => response.text().catch(() => 'broken'));
    const pids = await site.workers();
    expect(pids).toHaveLength(3);
    expect(await site.serve.end('SIGKILL')).toBe('SIGKILL');
    await eventually(() => pids.every((pid) => !isAlive(pid)));
    for (const answer of await Promise.all(readings)) expect(answer).toBe('broken');
    site.upstream.always(polite);
    await site.start();
    expect(site.serve.output()).toContain('4 requests of an earlier run closed as recovered.');
    expect((await site.rows()).every(({ recovered }) => recovered)).toBe(true);
    expect((await site.chat()).status).toBe(200);
    expect(await site.findings()).toEqual([]);
  });

  test('SIGTERM lets streams finish on every worker, settles them and leaves no process', {
    timeout: 60_000,
  }, async () => {
    const running = site as Site;
    const { opened, open } = gate();
    running.upstream.always(
      stream([roleChunk, text('be'), opened, text('gun'), finish(), usageChunk(), done]),
    );
    const streams = await Promise.all(Array.from({ length: 6 }, () => running.chat({ stream: true })));
    const live = await running.adminRaw('/admin/v1/requests/live');
    const pids = await running.workers();
    // As a Ctrl-C does: the signal reaches the whole group.
    for (const pid of pids) process.kill(pid, 'SIGTERM');
    const ended = running.serve.end('SIGTERM');
    await delay(200);
    open();
    for (const response of streams) {
      const events = await readEvents(response);
      expect([textOf(events), events.done]).toEqual(['begun', true]);
    }
    await live.text().catch(() => undefined);
    expect(await ended).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    const rows = await running.rows();
    expect(rows.filter(({ state }) => state === 'held')).toEqual([]);
    expect(rows.filter(({ recovered }) => recovered)).toHaveLength(4);
    expect(await running.findings()).toEqual([]);
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
