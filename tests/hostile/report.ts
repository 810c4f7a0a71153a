// What a fuzz run tells the person at the terminal: progress, figures, and for each failure how to see it again.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FuzzFailure, type FuzzReport, fuzz, openPlayer, type Player } from './fuzz.ts';
import { type Family, type Input, inputOf } from './inputs.ts';
import { measureBombs } from './measure-bombs.ts';
import { shrink } from './shrink.ts';

export interface RunOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly connections: number;
  readonly family: Family | undefined;
}

/** Whether the run was clean. */
export async function fuzzToTheEnd({ seed, inputs, connections, family }: RunOptions): Promise<boolean> {
  console.log(`${inputs} inputs, seed ${seed}, ${connections} connections`);
  const report = await fuzz({
    seed,
    inputs,
    connections,
    ...(family === undefined ? {} : { family }),
    onBatch: (soFar) => {
      if (soFar.inputs % 10_000 === 0) console.log(`  ${soFar.inputs} in ${soFar.seconds.toFixed(0)} s`);
    },
  });
  console.log(figures(report));
  for (const line of report.wrong) console.log(`WRONG ${line}`);
  const kinds = new Map(report.failures.map((failure) => [kindOf(failure), failure]));
  if (kinds.size > 0) {
    await using player = await openPlayer(seed);
    for (const failure of kinds.values()) await explain(seed, failure, family, player);
  }
  const clean = report.failures.length === 0 && report.wrong.length === 0;
  console.log(clean ? 'clean' : `${report.failures.length} failed, ${report.wrong.length} wrong beside them`);
  return clean;
}

export function figures(report: FuzzReport): string {
  const outcomes = Object.entries(report.outcomes)
    .sort(([, left], [, right]) => right - left)
    .map(([outcome, count]) => `${outcome}: ${count}`);
  const mib = (bytes = 0) => (bytes / 2 ** 20).toFixed(1);
  const memory = report.memory.map(
    ({ heapUsed, external, rss }) => `heap ${mib(heapUsed)} external ${mib(external)} rss ${mib(rss)}`,
  );
  return [
    `${report.inputs} inputs in ${report.seconds.toFixed(1)} s (${(report.inputs / report.seconds).toFixed(0)}/s), ` +
      `${report.arrivals} reached the upstream, ${report.rows} rows`,
    outcomes.join(', '),
    `MiB after a collection, half way and at the end: ${memory.join(' | ')}`,
  ].join('\n');
}

/** Prints what each bomb costs; there is no wrong figure. */
export async function tellBombs(): Promise<true> {
  console.log('     bytes  status   seconds  longest wait of others');
  await measureBombs(({ name, bytes, status, seconds, longestWaitMs }) => {
    const figures = [String(bytes).padStart(10), String(status).padStart(7), seconds.toFixed(2).padStart(9)];
    console.log(`${figures.join(' ')} ${longestWaitMs.toFixed(0).padStart(10)} ms  ${name}`);
  });
  return true;
}

/** Plays one input of a run; whether it was answered as it should. */
export async function playOne(seed: number, number: number, family: Family | undefined): Promise<boolean> {
  // The key in it is another each time, so only the shape of a `head` input is the same.
  const input = inputOf(seed, number, 'sk-tg-none', family);
  await using player = await openPlayer(seed);
  const wrong = await player.play(input);
  if (wrong.length > 0) await explain(seed, { input, wrong }, family, player);
  else console.log(`input ${number} of seed ${seed} (${input.family}) is answered as it should`);
  return wrong.length === 0;
}

/** One failure of a kind is enough to look at: the judge's sentence up to the value in it. */
function kindOf({ input, wrong }: FuzzFailure): string {
  return `${input.family} ${wrong[0]?.split(/[:"[{]/, 1)[0]}`;
}

async function explain(
  seed: number,
  failure: FuzzFailure,
  family: Family | undefined,
  player: Player,
): Promise<void> {
  const { input, wrong } = failure;
  const kind = kindOf(failure);
  const fails = async (candidate: Input) => kindOf({ input, wrong: await player.play(candidate) }) === kind;
  const small = await shrink(input, fails);
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-fuzz-'));
  console.log(`\nFAILED input ${input.number} (${input.family}): ${wrong.join('; ').slice(0, 1000)}`);
  console.log(
    `  again: npm run fuzz -- --seed ${seed} --only ${input.number}${family ? ` --family ${family}` : ''}`,
  );
  for (const [name, bytes] of filesOf(small)) {
    await writeFile(join(folder, name), bytes);
    console.log(
      `  ${join(folder, name)} (${bytes.length} bytes): ${JSON.stringify(bytes.toString('latin1', 0, 400))}`,
    );
  }
  if (!input.head) {
    console.log(
      `  curl -isS $TOLLGATE/v1/chat/completions -H "authorization: Bearer $KEY" -H 'content-type: application/json' --data-binary @${join(folder, 'body.json')}`,
    );
  }
}

function filesOf(input: Input): [string, Buffer][] {
  if (input.head) return [['request.http', Buffer.concat(input.head.script.pieces)]];
  const files: [string, Buffer][] = [['body.json', input.body]];
  if (input.answer) files.push(['upstream-answer.http', Buffer.concat(input.answer.packets)]);
  return files;
}
