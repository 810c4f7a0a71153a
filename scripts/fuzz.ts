// `npm run fuzz -- --inputs 100000 --seed 7`: hostile input against a real gateway in this process, until the count is
// reached or too much fails. Each failure is printed with its number and written to a file to play it again:
// `npm run fuzz -- --seed 7 --only 1234`. `--bombs` prints what single large or deep bodies cost everybody else.
import { parseArgs } from 'node:util';
import { type Family, families } from '../tests/hostile/inputs.ts';
import { fuzzToTheEnd, playOne, tellBombs } from '../tests/hostile/report.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    family: { type: 'string' },
    connections: { type: 'string', default: '64' },
    bombs: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
if (values.family !== undefined && !families.includes(values.family as Family)) {
  console.error(`--family must be one of ${families.join(', ')}, not \`${values.family}\`.`);
  process.exit(2);
}
const family = values.family as Family | undefined;
const clean = values.bombs
  ? await tellBombs()
  : values.only === undefined
    ? await fuzzToTheEnd({
        seed,
        inputs: Number(values.inputs),
        connections: Number(values.connections),
        family,
      })
    : await playOne(seed, Number(values.only), family);
process.exitCode = clean ? 0 : 1;
