// One soak: a gateway as its users start it, clients that ask, leave and meet faults for as long as wanted, and what the gateway
// used meanwhile. Knows nothing of how figures are judged.
import { readdirSync } from 'node:fs';
import { pause } from '../field.ts';
import { apiKey, makeFolder, startGateway } from '../gateway.ts';
import { treeOf } from '../process-tree.ts';
import { residentBytes } from '../process-usage.ts';
import { start } from '../spawn.ts';
import type { Tally } from '../upstream/tally.ts';
import { publicModel } from '../wire.ts';
import { type Books, differences, readBooks } from './books.ts';
import { newSeen, type Seen, soak } from './clients.ts';
import { type Sample, slopeOf } from './trend.ts';

export interface SoakOptions {
  readonly seconds: number;
  readonly clients: number;
  /** Absent = as many as the gateway takes by itself. */
  readonly workers?: number | undefined;
  readonly place?: 'anywhere';
  /** For how long the upstream says that it keeps idle connections, in seconds; absent = it does not say. */
  readonly upstreamKeeps?: number;
}

export interface SoakFigures {
  readonly seen: Seen;
  readonly books: Books;
  readonly reached: number;
  /** What does not fit between clients, upstream and ledger. */
  readonly problems: readonly string[];
  /** Resident bytes of all its processes: all samples, and their slope per minute behind the first third, in which caches fill. */
  readonly resident: readonly Sample[];
  readonly residentPerMinute: number;
  /** Open descriptors before the first client, at the most, and after the last has gone. */
  readonly descriptors: { readonly before: number; readonly most: number; readonly after: number };
}

/** Idle connections to upstreams are kept for 30 s where those do not say. */
const idleMs = 32_000;
const mostSamples = 600;
const id = 'soak';

export async function runSoak(options: SoakOptions): Promise<SoakFigures> {
  const { seconds, clients, workers, place, upstreamKeeps } = options;
  using folder = makeFolder();
  await using mock = await start({
    args: ['bench/mock-upstream.ts', ...(upstreamKeeps === undefined ? [] : [String(upstreamKeeps)])],
    place: place ?? 'around',
    until: /listens on (http:\S+)/,
  });
  const gateway = await startGateway({
    dataFolder: folder.path,
    upstream: mock.found,
    budget: 1_000_000,
    workers,
    ...(place ? { place } : {}),
  });
  await using ends = gateway;
  const target = {
    url: gateway.found,
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${apiKey}` },
    model: publicModel,
  };
  const seen = newSeen();
  const resident: Sample[] = [];
  const before = descriptorsOf(gateway.pid);
  let most = before;
  const begun = performance.now();
  const passed = () => (performance.now() - begun) / 1000;
  const sample = setInterval(
    () => {
      resident.push({ at: passed(), value: residentOf(gateway.pid) });
      most = Math.max(most, descriptorsOf(gateway.pid));
    },
    Math.max(250, (seconds * 1000) / mostSamples),
  );
  await Promise.all(
    Array.from({ length: clients }, (_, first) => soak(target, id, first, seen, () => passed() >= seconds)),
  );
  clearInterval(sample);
  const after = await fewest(gateway.pid, before);
  const tally = (await (await fetch(`${mock.found}/tally?${id}`)).json()) as Tally;
  const reached = tally[id]?.requests ?? 0;
  await ends[Symbol.asyncDispose]();
  const books = readBooks(folder.path);
  return {
    seen,
    books,
    reached,
    problems: differences(books, seen, reached),
    resident,
    residentPerMinute: 60 * slopeOf(resident.filter(({ at }) => at > seconds / 3)),
    descriptors: { before, most, after },
  };
}

/** Waits until no more than `wanted` are open, as long as idle connections live. */
async function fewest(pid: number, wanted: number): Promise<number> {
  const end = performance.now() + 2 * idleMs;
  while (descriptorsOf(pid) > wanted && performance.now() < end) await pause(500);
  return descriptorsOf(pid);
}

function descriptorsOf(pid: number): number {
  return sumOver(pid, (one) => readdirSync(`/proc/${one}/fd`).length);
}

/** What processes share counts for each of them: it is the growth that is looked at. */
function residentOf(pid: number): number {
  return sumOver(pid, residentBytes);
}

function sumOver(root: number, of: (pid: number) => number): number {
  return treeOf(root).reduce((sum, pid) => sum + of(pid), 0);
}
