// Ten thousand streams through a gateway are twenty thousand sockets of it: more than many systems allow a process.
import { spawnSync } from 'node:child_process';

const wanted = 65_536;

/** Raises the limit of this process and of all that it starts, where it may. What is left to say, if it may not. */
export function raiseOpenFiles(): string | undefined {
  const { status } = spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${wanted}:${wanted}`]);
  if (status === 0) return undefined;
  return `the limit of open files could not be raised to ${wanted}: with fewer than 20,100, some of 10,000 streams are refused`;
}
