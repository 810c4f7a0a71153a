// What the figures depend on besides the code.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { packageVersion } from '../src/core/version.ts';
import { pinning, root } from './spawn.ts';

export interface Machine {
  /** ISO 8601, to the second. */
  readonly date: string;
  readonly processor: string;
  /** Those this process may use. */
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  /** Over the last minute, before the first measurement: what else the machine was doing. */
  readonly loadBefore: number;
  readonly node: string;
  readonly tollgate: string;
  readonly undici: string;
  readonly pinned: string;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    date: `${new Date().toISOString().slice(0, 19)}Z`,
    processor: first?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${process.platform} ${release()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    node: process.version,
    tollgate: `${packageVersion()} (${commit()})`,
    undici: versionOf('undici'),
    pinned: pinning
      ? `measured process on core ${pinning.measured}, upstream and clients on core ${pinning.around}`
      : 'no pinning',
  };
}

/** Short hash of the commit, with a mark when there is work beyond it; `unknown` outside of git. */
function commit(): string {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty=+'], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : 'unknown';
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}
