// `npm run bench`: measures, prints, writes bench/results/<date>.json and the table in docs/benchmarks.md.
// `--only start,cpu,latency,local` measures a part and leaves the document alone; so does `--quick`, a short run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCpu } from './cpu-per-request.ts';
import { measureLatency } from './latency.ts';
import { localModelProblem, measureLocalModel } from './local-model.ts';
import { machine } from './machine.ts';
import { canMeasureProcesses } from './process-usage.ts';
import { type Figures, toTable, writeTable } from './report.ts';
import { root } from './spawn.ts';
import { measureStartUp } from './start-up.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'start,cpu,latency,local' },
    quick: { type: 'boolean', default: false },
  },
});
const parts = values.only.split(',');
const plan = values.quick
  ? {
      rounds: 5,
      requests: 4_000,
      streamRounds: 3,
      streams: 320,
      slowRequests: 4_000,
      latencyRequests: 500,
      turns: 3,
    }
  : {
      rounds: 9,
      requests: 20_000,
      streamRounds: 5,
      streams: 960,
      slowRequests: 12_000,
      latencyRequests: 2_000,
      turns: 5,
    };

let figures: Figures = { ...machine(), command: `npm run bench${values.quick ? ' -- --quick' : ''}`, plan };

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
if (canMeasureProcesses) await part('cpu', 'cpu', () => measureCpu({ ...plan, concurrency: 64 }));
else console.error('CPU per request is not measured: it needs Linux.');
await part('latency', 'latency', () => measureLatency(plan.turns, plan.latencyRequests));
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
const { startUp, cpu, latency, localModel } = figures;
if (!values.quick && startUp && cpu && latency && localModel) writeTable(figures);
