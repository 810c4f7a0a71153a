import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createWorkerPool } from './pool.ts';
import { channelDescriptor } from './process.ts';

test('how a worker ended is told, also where its pipe is closed before its process has ended', {
  timeout: 60_000,
}, async () => {
  const lines: Record<string, unknown>[] = [];
  const pool = createWorkerPool({
    count: 1,
    beginning: () => ({}) as never,
    dialect: 'sqlite',
    connect: () => ({ state: undefined, receive: () => undefined, ended: async () => 0 }),
    health: { told: () => undefined, forget: () => undefined },
    start() {
      const source = `require('fs').closeSync(${channelDescriptor}); setInterval(() => {}, 1000)`;
      const child = spawn(process.execPath, ['-e', source], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
      });
      return { child, pipe: child.stdio[channelDescriptor] as Duplex };
    },
    clock: systemClock,
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  });
  onTestFinished(() => pool.kill());
  await expect(pool.start()).rejects.toThrow('Worker 1 ended before it could serve.');
  await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 30_000 });
  expect(lines[0]).toMatchObject({ worker: 1, exitCode: null, signal: 'SIGKILL', recovered: 0 });
});
