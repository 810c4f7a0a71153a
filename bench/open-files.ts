// Ten thousand streams through a gateway are twenty thousand sockets of it: more than many systems allow a process.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const wanted = 65_536;
/** What a program has open besides. */
const others = 200;

/** Raises the limit of this process and of all that it starts, where it may. Returns how many sockets one of them may have. */
export function raiseOpenFiles(): number {
  spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${wanted}:${wanted}`]);
  const hard = /^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard) - others;
}

/** How many streams can be open through so many processes that share them evenly; the clients and the upstream have a socket each. */
export function mostStreams(sockets: number, processes: number): number {
  return Math.min(sockets, Math.floor((sockets / 2) * processes));
}
