// What a process used, as the kernel counts it: proc(5). Elsewhere than on Linux there are no such figures.
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ is 100 on every Linux that Node runs on. */
const microsPerTick = 10_000;

export const canMeasureProcesses = process.platform === 'linux';

/** User and system time of all threads, those that have ended too, in microseconds; steps of 10 ms. */
export function cpuMicros(pid: number): number {
  return ticksOf(`/proc/${pid}/stat`) * microsPerTick;
}

/** CPU time of the threads alive now by name, in microseconds. Threads of one name are added up. */
export function threadCpuMicros(pid: number): Map<string, number> {
  const threads = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const name = thread === String(pid) ? 'main' : readFileSync(`${folder}/comm`, 'utf8').trim();
    threads.set(name, (threads.get(name) ?? 0) + ticksOf(`${folder}/stat`) * microsPerTick);
  }
  return threads;
}

/** Resident memory in bytes (VmRSS). */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

function ticksOf(path: string): number {
  // The name in parentheses may hold spaces; user and system time are the 12th and 13th field behind it.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
