// Everything that takes part in a run: the mock upstream, the load process, and the measured programs side by side. One of them
// runs at a time; the others are stopped by signal, so that nothing they do in the background falls into its figures.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, makeFolder } from './gateway.ts';
import { type Load, startLoad } from './load/client.ts';
import { folderOf } from './peers/install.ts';
import { type Peer, type PeerKind, plenty, type StartOptions } from './peers/peer.ts';
import { cpuMicrosBetween, readCpu, signalTree, treeOf } from './process-tree.ts';
import { start } from './spawn.ts';
import type { Tally } from './upstream/tally.ts';

export interface Installed {
  readonly kind: PeerKind;
  readonly version: string;
}

export interface Entry extends Installed {
  readonly peer: Peer;
  readonly data: string;
}

export interface Field extends AsyncDisposable {
  readonly load: Load;
  /** The mock upstream. */
  readonly upstream: string;
  readonly upstreamPid: number;
  tally(prefix: string): Promise<Tally>;
  /** Starts a program on an empty folder, or on that of an earlier start. */
  enter(installed: Installed, options?: Partial<StartOptions>): Promise<Entry>;
}

export async function openField(peersFolder: string): Promise<Field> {
  const folder = makeFolder();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      abandon(folder, `${signal}: all programs are ended, nothing is written.`);
    });
  }
  process.once('uncaughtException', (error) => abandon(folder, error));
  const mock = await start({
    args: ['bench/mock-upstream.ts'],
    place: 'around',
    until: /listens on (http:\S+)/,
  });
  const load = startLoad();
  return {
    load,
    upstream: mock.found,
    upstreamPid: mock.pid,
    async tally(prefix) {
      return (await (await fetch(`${mock.found}/tally?${prefix}`)).json()) as Tally;
    },
    async enter(installed, options = {}) {
      const { kind } = installed;
      const data = options.data ?? mkdtempSync(join(folder.path, `${kind.name}-`));
      const peer = await kind.start({
        upstream: mock.found,
        folder: folderOf(peersFolder, kind.name),
        place: 'measured',
        budget: plenty,
        ...options,
        data,
      });
      return { ...installed, peer, data };
    },
    async [Symbol.asyncDispose]() {
      await load[Symbol.asyncDispose]();
      await mock[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Programs that were stopped would stay for ever. */
function abandon(folder: Folder, reason: unknown): never {
  for (const pid of treeOf(process.pid).slice(1).reverse()) signalTree(pid, 'SIGKILL');
  folder[Symbol.dispose]();
  console.error(reason);
  process.exit(130);
}

/** Of the entries only this one runs while `work` does. */
export async function alone<T>(entries: readonly Entry[], entry: Entry, work: () => Promise<T>): Promise<T> {
  for (const other of entries)
    if (isProgram(other)) signalTree(other.peer.pid, other === entry ? 'SIGCONT' : 'SIGSTOP');
  // What it missed while it stood still is not part of the round.
  await pause(100);
  return await work();
}

/** Before programs are ended or measured together. */
export function wakeAll(entries: readonly Entry[]): void {
  for (const entry of entries) if (isProgram(entry)) signalTree(entry.peer.pid, 'SIGCONT');
}

/** CPU of all its processes over `work`, with what it has left to do afterwards, in microseconds; its metrics are scraped meanwhile. */
export async function withCpu<T>(
  entry: Entry,
  work: () => Promise<T>,
): Promise<{ micros: number; result: T }> {
  const { peer } = entry;
  if (!isProgram(entry)) return { micros: Number.NaN, result: await work() };
  const before = readCpu(peer.pid);
  let failure: Error | undefined;
  const scraping = setInterval(() => {
    peer.scrape?.().catch((error: Error) => {
      failure ??= error;
    });
  }, 1000);
  const result = await work().finally(() => clearInterval(scraping));
  await pause(100);
  if (failure) throw new Error(`its metrics could not be scraped: ${reasonOf(failure)}`);
  return { micros: cpuMicrosBetween(before, readCpu(peer.pid)), result };
}

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/** `direct` is this process and no program of its own. */
const isProgram = ({ peer }: Entry) => peer.pid !== process.pid;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
