// From starting the process to the first 200 of `GET /ready`, on an empty data folder, and the memory it has then.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, startGateway, untilReady } from './gateway.ts';
import { canMeasureProcesses, residentBytes } from './process-usage.ts';
import { root } from './spawn.ts';
import { type Spread, spread } from './statistics.ts';

export interface StartUp {
  readonly readyMs: Spread;
  /** VmRSS; absent where it cannot be read. */
  readonly residentMegabytes?: Spread;
}

export interface StartUpFigures {
  /** `node bin/tollgate.mjs serve`, as `npm start` does: the sources, their types stripped at an earlier start. */
  readonly source: StartUp;
  /** `node dist/main.js serve`: as published. Absent when dist/ could not be built. */
  readonly compiled?: StartUp;
}

export async function measureStartUp(rounds: number): Promise<StartUpFigures> {
  const entries = ['bin/tollgate.mjs', ...(build() ? ['dist/main.js'] : [])];
  // Fills the compile cache: a first start after an update takes half as long again and some 20 MB more.
  for (let round = 0; round < 2; round++) await startOnce('bin/tollgate.mjs');
  const starts = new Map(entries.map((entry) => [entry, [] as { ms: number; bytes: number }[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [entry, all] of starts) all.push(await startOnce(entry));
  }
  const [source, compiled] = [...starts.values()].map((all) => ({
    readyMs: spread(all.map(({ ms }) => ms)),
    ...(canMeasureProcesses ? { residentMegabytes: spread(all.map(({ bytes }) => bytes / 1e6)) } : {}),
  }));
  if (!source) throw new Error('nothing was started');
  return { source, ...(compiled ? { compiled } : {}) };
}

async function startOnce(entry: string): Promise<{ ms: number; bytes: number }> {
  using folder = makeFolder();
  const begun = performance.now();
  await using gateway = await startGateway({ dataFolder: folder.path, entry, place: 'anywhere' });
  await untilReady(gateway.found, 60_000);
  const ms = performance.now() - begun;
  return { ms, bytes: canMeasureProcesses ? residentBytes(gateway.pid) : Number.NaN };
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
