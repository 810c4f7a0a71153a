// Ctrl-C, a terminal that is closed, a `kill`: whatever a run has started goes with it, programs that were stopped too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { canMeasureProcesses } from '../../bench/process-usage.ts';
import { root } from '../../bench/spawn.ts';

const script = `
  import { openField } from './bench/field.ts';
  const field = await openField('/nowhere');
  process.kill(field.upstreamPid, 'SIGSTOP');
  console.log(field.upstreamPid);
  setInterval(() => undefined, 1000);
`;

test.runIf(canMeasureProcesses).each(['SIGINT', 'SIGHUP'] as const)(
  '%s ends all',
  async (signal) => {
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [line] = (await once(createInterface(run.stdout), 'line')) as [string];
    let said = '';
    run.stderr.on('data', (piece) => {
      said += piece;
    });
    run.kill(signal);
    const [code] = await once(run, 'close');
    expect({ code, said }).toEqual({ code: 130, said: expect.stringContaining(signal) });
    await expect.poll(() => isAlive(Number(line)), { timeout: 20_000 }).toBe(false);
  },
  60_000,
);

/** One that has ended may stand in the table until its new parent asks for it. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
