// `npm run proof`: the long form of the proofs of budgets and ledger that `npm test` runs small: real gateways, real databases,
// kill -9. Half an hour on two quiet cores. Each part that held writes its figures to bench/results/ and brings docs/proofs.md
// up to date. `--only overshoot,kills,aborts,clocks,model` and `--database SQLite` run some of them, `--seed` does the same
// again, `--rounds 10` kills less often and leaves the page alone; `--only page` writes it anew from the figures there are.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../bench/machine.ts';
import { root } from '../bench/spawn.ts';
import type { DatabaseName } from '../tests/ledger/proofs/site.ts';
import { type Part, type Proved, parts, proofPage, type Stamp } from './proof-page.ts';
import { proveAborts, proveClocks, proveKills, proveModel, proveOvershoot } from './proof-parts.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: parts.join(',') },
    database: { type: 'string', default: 'SQLite,PostgreSQL' },
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const rounds = Number(values.rounds);
const size = { rounds, seed: Number(values.seed) };
const prove = {
  overshoot: proveOvershoot,
  kills: proveKills,
  aborts: proveAborts,
  clocks: proveClocks,
  model: proveModel,
} satisfies Record<Part, unknown>;
const wanted = (list: string, name: string) => list.split(',').includes(name);
const results = join(root, 'bench', 'results');
mkdirSync(results, { recursive: true });
const fileOf = (part: Part, database: DatabaseName) => join(results, `proof-${part}-${database}.json`);

for (const part of parts.filter((name) => wanted(values.only, name))) {
  for (const database of (['SQLite', 'PostgreSQL'] as const).filter((name) =>
    wanted(values.database, name),
  )) {
    const about: Stamp = {
      ...machine(),
      command: `npm run proof -- --only ${part} --database ${database} --seed ${values.seed}`,
    };
    const begun = performance.now();
    const figures = await prove[part](database, size);
    const seconds = Math.round((performance.now() - begun) / 1000);
    const text = JSON.stringify({ about, seconds, figures }, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    console.error(`${part}, ${database}: held, ${seconds} s ${text}`);
    if (rounds < 100) continue;
    writeFileSync(fileOf(part, database), text);
    writePage();
  }
}
if (rounds >= 100) writePage();

function writePage(): void {
  writeFileSync(join(root, 'docs', 'proofs.md'), proofPage(readResults()));
}

/** Of this run and of runs before it, on this clone. */
function readResults(): Proved {
  const read = (part: Part) =>
    (['SQLite', 'PostgreSQL'] as const).flatMap((database) => {
      try {
        return [{ database, ...JSON.parse(readFileSync(fileOf(part, database), 'utf8')) }];
      } catch (error) {
        // It was not run here yet.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    });
  return Object.fromEntries(parts.map((part) => [part, read(part)])) as unknown as Proved;
}
