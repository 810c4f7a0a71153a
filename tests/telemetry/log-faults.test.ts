// The gateway as a process whose output nobody takes: the log on a disk that is full, standard output a pipe without a reader.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const command = fileURLToPath(new URL('../../bin/tollgate.mjs', import.meta.url));

test.runIf(process.platform === 'linux')(
  'requests are answered and the end is orderly',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'tollgate-log-faults-'));
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--data', data], {
      env: {
        PATH: process.env.PATH,
        TOLLGATE_WORKERS: '2',
        TOLLGATE_LOCAL_MODEL: 'off',
        TOLLGATE_LOG_LEVEL: 'debug',
      },
      stdio: ['ignore', 'pipe', full],
    }) as ChildProcessByStdio<null, Readable, null>;
    try {
      let said = '';
      for await (const piece of child.stdout) {
        said += piece;
        if (said.includes('listens on')) break;
      }
      child.stdout.destroy();
      const url = /listens on (http:\S+)/.exec(said)?.[1];
      // A line of the log each.
      for (let index = 0; index < 6; index++) {
        const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{' });
        expect(answer.status).toBe(401);
        await answer.text();
      }
      expect((await fetch(`${url}/health`)).status).toBe(200);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      closeSync(full);
      rmSync(data, { recursive: true, force: true });
    }
  },
  120_000,
);
