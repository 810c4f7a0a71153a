import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../tests/ledger/fixtures.ts';
import { siblingModule } from '../../core/module-path.ts';
import { idempotencyStatements } from '../sql/idempotency.ts';
import { ledgerStatements } from '../sql/ledger.ts';
import { limitStatements } from '../sql/limits-in-force.ts';
import { nodeStatements } from '../sql/nodes.ts';
import { usageHourStatements } from '../sql/usage-hours.ts';
import { createSqliteCompiler } from './compile.ts';
import type { WorkerSettings } from './messages.ts';
import { openWorker } from './worker-link.ts';

const nothing = { holds: [], settles: [], checkpoints: [], now: 0 };

function settingsFor(folder: string): WorkerSettings {
  const db = createSqliteCompiler();
  return {
    folder,
    role: 'gateway',
    node: 'test',
    now: 1,
    busyTimeoutMs: 1_000,
    synchronous: 'NORMAL',
    statements: {
      ...ledgerStatements(db),
      ...nodeStatements(db),
      ...limitStatements(db),
      ...usageHourStatements(db),
      ...idempotencyStatements(db),
    },
  };
}

describe('a worker that dies', () => {
  it('is started again in the same run; what was under way fails', { timeout: 90_000 }, async () => {
    const threads: Worker[] = [];
    const deaths: string[] = [];
    const link = await openWorker(
      settingsFor(temporaryFolder()),
      (reason) => deaths.push(reason),
      (settings) => {
        const thread = new Worker(siblingModule(import.meta.url, './worker'), { workerData: settings });
        threads.push(thread);
        return thread;
      },
    );
    onTestFinished(() => link.close(2));
    const outcome = new Promise((resolve) => link.sendBatch(nothing, resolve));
    const answer = link.query([{ sql: 'select 1', parameters: [] }]);
    void threads[0]?.terminate();
    await expect(outcome).resolves.toMatchObject({ failed: expect.stringContaining('worker') });
    await expect(answer).rejects.toMatchObject({ code: 'store_failed' });
    expect(deaths).toHaveLength(1);
    expect(link.failure()).toBeDefined();
    await expect(new Promise((resolve) => link.sendBatch(nothing, resolve))).resolves.toHaveProperty(
      'failed',
    );
    await vi.waitFor(() => expect(link.failure()).toBe(undefined), { timeout: 60_000 });
    await expect(new Promise((resolve) => link.sendBatch(nothing, resolve))).resolves.toEqual({});
    const [epochs] = await link.query([{ sql: 'select epoch from nodes', parameters: [] }]);
    expect(epochs).toEqual([{ epoch: 1n }]);
  });
});

describe('a batch of nothing', () => {
  it('is written all the same: whether the disk takes a transaction is what it asks', async () => {
    const folder = temporaryFolder();
    const link = await openWorker(settingsFor(folder), () => undefined);
    onTestFinished(() => link.close(2));
    const logged = () => statSync(join(folder, 'tollgate.sqlite-wal')).size;
    const before = logged();
    await expect(new Promise((resolve) => link.sendBatch(nothing, resolve))).resolves.toEqual({});
    expect(logged()).toBeGreaterThan(before);
  });
});
