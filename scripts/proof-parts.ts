// The proofs of tests/ledger/proofs/ at the size of `npm run proof`, on one database each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../bench/spawn.ts';
import { aborts } from '../tests/ledger/proofs/aborts.ts';
import { clocks } from '../tests/ledger/proofs/clocks.ts';
import { killedNodes } from '../tests/ledger/proofs/killed-nodes.ts';
import { type Crowd, overshoot } from '../tests/ledger/proofs/overshoot.ts';
import { retrying } from '../tests/ledger/proofs/retrying.ts';
import { type DatabaseName, openSite } from '../tests/ledger/proofs/site.ts';
import type { AdmittedFigures, BesiegedFigures, OvershootFigures } from './proof-page.ts';

export interface Size {
  readonly rounds: number;
  readonly seed: number;
}

const crowd = { clients: 500, fits: 37 };
const crowds: Readonly<Record<string, Crowd>> = {
  cost: { ...crowd, metric: 'cost' },
  'cost, streamed': { ...crowd, metric: 'cost', stream: true },
  'cost, no cap set by the clients': { ...crowd, metric: 'cost', flexible: true },
  tokens: { ...crowd, metric: 'tokens' },
  'tokens, no cap set by the clients': { ...crowd, metric: 'tokens', flexible: true },
  'requests per minute': { ...crowd, metric: 'requests' },
  'requests at a time': { ...crowd, metric: 'concurrent' },
};
const sieges: Readonly<Record<string, Crowd>> = {
  cost: { ...crowd, metric: 'cost', slow: true },
  'tokens, streamed': { ...crowd, metric: 'tokens', slow: true, stream: true },
  'requests at a time': { ...crowd, metric: 'concurrent', slow: true },
};

export async function proveOvershoot(database: DatabaseName): Promise<OvershootFigures> {
  const admitted: AdmittedFigures[] = [];
  const besieged: BesiegedFigures[] = [];
  await using site = await openSite({ database, nodes: database === 'PostgreSQL' ? 3 : 1 });
  for (const [limit, shape] of Object.entries(crowds))
    admitted.push({ limit, ...(await overshoot(site, shape)) });
  for (const [limit, shape] of Object.entries(sieges))
    besieged.push({ limit, ...(await retrying(site, shape)) });
  await site.verify();
  return { admitted, besieged };
}

export function proveKills(database: DatabaseName, { rounds, seed }: Size) {
  const load = { database, rounds, clients: 24, patient: 4, seed };
  return killedNodes(database === 'SQLite' ? load : { ...load, databaseEvery: 10, silentEvery: 15 });
}

export const proveAborts = (database: DatabaseName, { seed }: Size) =>
  aborts({ database, clients: 500, seed });

export const proveClocks = (database: DatabaseName, { seed }: Size) => clocks({ database, jumps: 300, seed });

/** The test of `npm test`, with more runs; each hundred has a server of its own, since each run has a database. */
export async function proveModel(database: DatabaseName): Promise<{ readonly runs: number }> {
  const [runs, hundreds] = [100, 5];
  for (let round = 0; round < hundreds; round++) {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = ['run', 'tests/ledger/budgets.test.ts', '-t', database, '--hookTimeout', '600000'];
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: root,
      env: { ...process.env, TOLLGATE_PROOF_RUNS: String(runs), NO_COLOR: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece) => {
        output += String(piece);
      });
    }
    const [code] = await once(child, 'close');
    if (code !== 0 || !/Tests +1 passed/.test(output)) throw new Error(output);
  }
  return { runs: runs * hundreds };
}
