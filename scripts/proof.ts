// `npm run proof`: the long form of the proofs of budgets and ledger that `npm test` runs small. Real gateways, real databases,
// kill -9; an hour on two cores. Writes docs/proofs.md when all of them ran and held. `--only overshoot,kills,aborts,model,clocks`
// runs some of them, `--rounds 10` kills less often; neither touches the page. `--seed` does the same again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from '../bench/machine.ts';
import { type AbortFigures, aborts } from '../tests/ledger/proofs/aborts.ts';
import { type ClockFigures, clocks } from '../tests/ledger/proofs/clocks.ts';
import { type KillFigures, killedNodes } from '../tests/ledger/proofs/killed-nodes.ts';
import { type Crowd, type CrowdFigures, overshoot } from '../tests/ledger/proofs/overshoot.ts';
import { type RetryFigures, retrying } from '../tests/ledger/proofs/retrying.ts';
import { type DatabaseName, openSite } from '../tests/ledger/proofs/site.ts';
import { type ModelFigures, type Outcome, proofPage } from './proof-page.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'overshoot,kills,aborts,model,clocks' },
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const seed = Number(values.seed);
const rounds = Number(values.rounds);
const parts = new Set(values.only.split(','));
const root = fileURLToPath(new URL('..', import.meta.url));
const databases: readonly DatabaseName[] = ['SQLite', 'PostgreSQL'];
const crowd = { clients: 500, fits: 37 };
const crowds: readonly (readonly [name: string, crowd: Crowd])[] = [
  ['cost', { ...crowd, metric: 'cost' }],
  ['cost, streamed', { ...crowd, metric: 'cost', stream: true }],
  ['cost, no cap set by the clients', { ...crowd, metric: 'cost', flexible: true }],
  ['tokens', { ...crowd, metric: 'tokens' }],
  ['tokens, no cap set by the clients', { ...crowd, metric: 'tokens', flexible: true }],
  ['requests per minute', { ...crowd, metric: 'requests' }],
  ['requests at a time', { ...crowd, metric: 'concurrent' }],
];
const sieges: readonly (readonly [name: string, crowd: Crowd])[] = [
  ['cost', { ...crowd, slow: true, metric: 'cost' }],
  ['tokens, streamed', { ...crowd, slow: true, metric: 'tokens', stream: true }],
  ['requests at a time', { ...crowd, slow: true, metric: 'concurrent' }],
];

async function told<Figures>(name: string, work: () => Promise<Figures>): Promise<Outcome<Figures>> {
  const begun = performance.now();
  const figures = await work();
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stderr.write(
    `${name}: ${seconds} s ${JSON.stringify(figures, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`,
  );
  return { name, seconds, figures };
}

async function proveOvershoot() {
  const admitted: Outcome<CrowdFigures>[] = [];
  const besieged: Outcome<RetryFigures>[] = [];
  for (const database of databases) {
    const nodes = database === 'PostgreSQL' ? 3 : 1;
    const where = `${database}, ${nodes === 1 ? 'one gateway' : 'three gateways'}`;
    await using site = await openSite({ database, nodes });
    for (const [name, shape] of crowds)
      admitted.push(await told(`${where}: ${name}`, () => overshoot(site, shape)));
    for (const [name, shape] of sieges)
      besieged.push(await told(`${where}: ${name}`, () => retrying(site, shape)));
    await site.verify();
  }
  return { admitted, besieged };
}

async function proveKills() {
  const outcomes: Outcome<KillFigures>[] = [];
  const load = { rounds, clients: 24, patient: 4, seed };
  outcomes.push(
    await told('SQLite, one gateway', () => killedNodes({ ...load, database: 'SQLite' })),
    await told('PostgreSQL, three gateways', () =>
      killedNodes({ ...load, database: 'PostgreSQL', databaseEvery: 10, silentEvery: 15 }),
    ),
  );
  return outcomes;
}

async function proveAborts() {
  const outcomes: Outcome<AbortFigures>[] = [];
  for (const database of databases)
    outcomes.push(await told(database, () => aborts({ database, clients: 500, seed })));
  return outcomes;
}

async function proveClocks() {
  const outcomes: Outcome<ClockFigures>[] = [];
  for (const database of databases)
    outcomes.push(await told(database, () => clocks({ database, jumps: 300, seed })));
  return outcomes;
}

/** The test of `npm test`, with more runs. */
async function proveModel(): Promise<Outcome<ModelFigures>[]> {
  const runs = 500;
  return Promise.all(
    databases.map((database) =>
      told(`${database}, model`, async () => {
        const args = ['run', 'tests/ledger/budgets.test.ts', '-t', database];
        const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
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
        return { runs };
      }),
    ),
  );
}

const about = machine();
// Beside all others: it waits for disks more than for processors.
const modelling = parts.has('model') ? proveModel() : undefined;
modelling?.catch((error) => {
  console.error(error);
  process.exit(1);
});
const overshot = parts.has('overshoot') ? await proveOvershoot() : undefined;
const kills = parts.has('kills') ? await proveKills() : undefined;
const left = parts.has('aborts') ? await proveAborts() : undefined;
const jumped = parts.has('clocks') ? await proveClocks() : undefined;
const modelled = await modelling;
if (overshot && kills && left && modelled && jumped && rounds >= 100) {
  const page = proofPage(about, seed, { ...overshot, kills, aborts: left, model: modelled, clocks: jumped });
  await writeFile(new URL('../docs/proofs.md', import.meta.url), page);
}
