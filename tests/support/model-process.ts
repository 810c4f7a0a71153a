// Finds the process of the embedded model, for tests that take it away. Linux only, as it reads /proc.
import { readdir, readFile } from 'node:fs/promises';

/** The id of the gateway's child that holds the model. */
export async function modelProcess(gateway: number): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const commandLine = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    if (!/src\/local\/child\.ts/.test(commandLine)) continue;
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
    if (parent === gateway || (await parentOf(parent)) === gateway) return Number(entry);
  }
  throw new Error('the model process was not found');
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}
