// Tollgate offered more than it can do: `node bench/overload.ts`, `--shares 0.8,3` for some steps, `--seconds` for how long each of them
// counts, `--settle` for what is left out before, `--json` for the figures, `--by-second` for how it gets there.
import { parseArgs } from 'node:util';
import { openField } from './field.ts';
import { measureOverload, type OverloadStep, reached } from './legs/overload.ts';
import { defaultFolder } from './peers/install.ts';
import { tollgate } from './peers/tollgate.ts';

const { values } = parseArgs({
  options: {
    shares: { type: 'string' },
    seconds: { type: 'string', default: '8' },
    settle: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    'by-second': { type: 'boolean', default: false },
  },
});

const columns = [
  'offered',
  'goodput/s',
  '/CPU s',
  'refused/s',
  'admitted p50',
  'p99',
  'own lag taken',
  '503 p50',
  'p99',
  'own lag taken',
  '/health p99',
  'wrong',
  'unsent',
  'connections',
  'clients’ core',
];

await using field = await openField(defaultFolder);
const entry = await field.enter({ kind: tollgate, version: '' }, { workers: 1 });
await using _gateway = entry.peer;
const plan = {
  capacitySeconds: 5,
  settleSeconds: Number(values.settle),
  seconds: Number(values.seconds),
  ...(values.shares === undefined ? {} : { shares: values.shares.split(',').map(Number) }),
};
if (!values.json) print(columns);
const figures = await measureOverload(entry, field, plan, values.json ? undefined : show);
if (values.json) console.log(JSON.stringify(figures, null, 2));
else {
  console.log(`\nmilliseconds; capacity ${figures.capacity.toFixed(0)} a second`);
  const goals = reached(figures);
  if (goals) {
    console.log(`goodput at 3 times the capacity: ${(goals.goodput * 100).toFixed(0)} % of the best`);
    console.log(`p99 of those admitted there: ${goals.latency.toFixed(1)} times that at 0.8`);
    console.log(`p99 of a refusal there: ${goals.refusal.p99.toFixed(1)} ms`);
  }
}

function show(step: OverloadStep): void {
  const { share, goodput, goodputPerCpuSecond, refusedPerSecond, outcome } = step;
  const { admitted, refusals, health } = outcome;
  const times = [admitted.p50, admitted.p99, admitted.ownLagTaken.p99];
  const refused = [refusals.p50, refusals.p99, refusals.ownLagTaken.p99];
  print([
    `${share} x`,
    goodput.toFixed(0),
    goodputPerCpuSecond.toFixed(0),
    refusedPerSecond.toFixed(0),
    ...[...times, ...refused, health.p99].map((ms) => (Number.isNaN(ms) ? '-' : ms.toFixed(1))),
    String(outcome.wrong),
    String(outcome.unsent),
    String(outcome.connections),
    `${(outcome.ownShare * 100).toFixed(0)} %`,
  ]);
  if (outcome.sample !== undefined) console.log(`wrong, such as: ${outcome.sample}`);
  if (!values['by-second']) return;
  for (const [index, second] of outcome.bySecond.entries()) {
    console.log(
      `  ${index + 1} s: ${second.answered} answered, ${second.refused} refused, p99 ${second.p99.toFixed(0)}`,
    );
  }
}

function print(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padStart(13)).join(''));
}
