// Starts a server of any make on a free port, waits until it answers, and ends it with all its processes.
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { signalTree, treeOf } from '../process-tree.ts';
import { neutralEnvironment, type Place, spawnPinned } from '../spawn.ts';

export interface ServeOptions {
  readonly program?: string;
  readonly args: readonly string[];
  readonly place: Place;
  readonly environment?: Readonly<Record<string, string>>;
  /** Its log goes there, as `log`. */
  readonly data: string;
  readonly url: string;
  /** Asked until the answer is below 500; default `/`. */
  readonly readyPath?: string;
}

export interface Served extends AsyncDisposable {
  readonly pid: number;
}

const longestStartMs = 120_000;
const longestEndMs = 15_000;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function serve(options: ServeOptions): Promise<Served> {
  const { program, args, place, environment, data, url, readyPath = '/' } = options;
  const log = openSync(join(data, 'log'), 'a');
  const child = spawnPinned(
    args,
    place,
    { cwd: data, env: { ...neutralEnvironment(), ...environment }, stdio: ['ignore', log, log] },
    program,
  );
  const pid = child.pid ?? 0;
  const end = performance.now() + longestStartMs;
  while (!(await answers(`${url}${readyPath}`))) {
    if (child.exitCode !== null || performance.now() > end) {
      signalTree(pid, 'SIGKILL');
      throw new Error(`it did not come up; the end of its log: ${endOf(join(data, 'log')) || 'nothing'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { pid, [Symbol.asyncDispose]: () => endTree(pid) };
}

/** The folder it is in goes with the run. */
function endOf(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-3).join(' / ').slice(-300);
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status < 500;
  } catch {
    return false;
  }
}

/** SIGTERM to the root, and SIGKILL to whatever does not go. */
export async function endTree(root: number): Promise<void> {
  const all = treeOf(root);
  signalTree(root, 'SIGCONT');
  send(root, 'SIGTERM');
  const end = performance.now() + longestEndMs;
  while (all.some(isAlive) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of all) if (isAlive(pid)) send(pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

const isAlive = (pid: number) => send(pid, 0);
