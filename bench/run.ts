// `node bench/run.ts`: starting up and the embedded model. Prints, writes bench/results/<date>.json and the table in
// docs/benchmarks.md. `--only start,local` measures a part and leaves the document alone; so does `--quick`, a short run.
// What requests cost is in compare.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { localModelProblem, measureLocalModel } from './local-model.ts';
import { machine } from './machine.ts';
import { type Figures, toTable, writeTable } from './report.ts';
import { root } from './spawn.ts';
import { measureStartUp } from './start-up.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'start,local' },
    quick: { type: 'boolean', default: false },
  },
});
const parts = values.only.split(',');
const plan = values.quick ? { rounds: 5, turns: 3 } : { rounds: 9, turns: 5 };

let figures: Figures = { ...machine(), command: `node bench/run.ts${values.quick ? ' --quick' : ''}`, plan };

async function part<Name extends keyof Figures>(
  name: string,
  key: Name,
  measure: () => Promise<Figures[Name]>,
) {
  if (!parts.includes(name)) return;
  console.error(`measuring: ${name}`);
  figures = { ...figures, [key]: await measure() };
}

await part('start', 'startUp', () => measureStartUp(plan.rounds));
const problem = localModelProblem();
if (problem === undefined) await part('local', 'localModel', () => measureLocalModel(plan.turns));
else console.error(`The embedded model is not measured: ${problem}.`);

console.log(toTable(figures));
const results = join(root, 'bench', 'results');
mkdirSync(results, { recursive: true });
writeFileSync(
  join(results, `${figures.date.replaceAll(':', '-')}.json`),
  `${JSON.stringify(figures, undefined, 2)}\n`,
);
const { startUp, localModel } = figures;
if (!values.quick && startUp && localModel) writeTable(figures);
