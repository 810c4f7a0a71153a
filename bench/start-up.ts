// From starting the process to the first 200 of `GET /ready`, on an empty data folder, and the memory it has then; with one worker, which
// is one process, and as published with two, which are three.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, startGateway, untilReady } from './gateway.ts';
import { memoryBytes } from './process-tree.ts';
import { canMeasureProcesses, residentBytes } from './process-usage.ts';
import { root } from './spawn.ts';
import { type Spread, spread } from './statistics.ts';

export interface StartUp {
  readonly readyMs: Spread;
  /** VmRSS of one process, the proportional set size of several; absent where it cannot be read. */
  readonly residentMegabytes?: Spread;
}

export interface StartUpFigures {
  /** `node bin/tollgate.mjs serve`, as `npm start` does: the sources, their types stripped at an earlier start. */
  readonly source: StartUp;
  /** `node dist/main.js serve`: as published. Absent when dist/ could not be built. */
  readonly compiled?: StartUp;
  /** `npm start` with two workers. */
  readonly twoWorkers?: StartUp;
}

interface Way {
  readonly entry: string;
  readonly workers: number;
}

const source: Way = { entry: 'bin/tollgate.mjs', workers: 1 };
const compiled: Way = { entry: 'dist/main.js', workers: 1 };
const twoWorkers: Way = { entry: 'bin/tollgate.mjs', workers: 2 };

export async function measureStartUp(rounds: number): Promise<StartUpFigures> {
  const ways = [source, twoWorkers, ...(build() ? [compiled] : [])];
  // Fills the compile cache: a first start after an update takes half as long again and some 20 MB more.
  for (let round = 0; round < 2; round++) await startOnce(twoWorkers);
  const starts = new Map(ways.map((way) => [way, [] as { ms: number; bytes: number }[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [way, all] of starts) all.push(await startOnce(way));
  }
  const figuresOf = (way: Way): StartUp => {
    const all = starts.get(way) ?? [];
    return {
      readyMs: spread(all.map(({ ms }) => ms)),
      ...(canMeasureProcesses ? { residentMegabytes: spread(all.map(({ bytes }) => bytes / 1e6)) } : {}),
    };
  };
  return {
    source: figuresOf(source),
    twoWorkers: figuresOf(twoWorkers),
    ...(starts.has(compiled) ? { compiled: figuresOf(compiled) } : {}),
  };
}

async function startOnce({ entry, workers }: Way): Promise<{ ms: number; bytes: number }> {
  using folder = makeFolder();
  const begun = performance.now();
  await using gateway = await startGateway({ dataFolder: folder.path, entry, place: 'anywhere', workers });
  await untilReady(gateway.found, 60_000);
  const ms = performance.now() - begun;
  if (!canMeasureProcesses) return { ms, bytes: Number.NaN };
  return { ms, bytes: workers === 1 ? residentBytes(gateway.pid) : memoryBytes(gateway.pid) };
}

function build(): boolean {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0 && existsSync(join(root, 'dist', 'main.js'))) return true;
  console.error(`dist/ could not be built, so it is not measured:\n${stderr.slice(0, 2000)}`);
  return false;
}
