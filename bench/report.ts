// The figures as a table, for the terminal and for docs/benchmarks.md. Every cell is `median (min – max)`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalModelFigures } from './local-model.ts';
import type { Machine } from './machine.ts';
import { root } from './spawn.ts';
import type { StartUp, StartUpFigures } from './start-up.ts';
import type { Spread } from './statistics.ts';

export interface Figures extends Machine {
  readonly command: string;
  readonly plan: Readonly<Record<string, number>>;
  readonly startUp?: StartUpFigures;
  readonly localModel?: LocalModelFigures;
}

type Row = readonly [what: string, figure: string, target: string];

const begin = '<!-- bench:begin -->';
const end = '<!-- bench:end -->';

export function toTable(figures: Figures): string {
  const { startUp, localModel } = figures;
  const rows: Row[] = [
    ...(startUp ? startUpRows(startUp) : []),
    ...(localModel ? localModelRows(localModel) : []),
  ];
  return [
    `${figures.date} · \`${figures.command}\` · Tollgate ${figures.tollgate} · Node ${figures.node} · undici ${figures.undici}`,
    `${figures.processor}, ${figures.cores} cores, ${figures.memoryGigabytes} GB, ${figures.system}; load before the run ${figures.loadBefore}; ${figures.pinned}`,
    '',
    '| What | Median (min – max) | Target |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** Replaces the block between the markers in docs/benchmarks.md. */
export function writeTable(figures: Figures): void {
  const path = join(root, 'docs', 'benchmarks.md');
  const text = readFileSync(path, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${path} has lost its markers ${begin} and ${end}`);
  writeFileSync(path, `${text.slice(0, before)}${begin}\n\n${toTable(figures)}\n\n${text.slice(after)}`);
}

function startUpRows({ source, compiled, twoWorkers }: StartUpFigures): Row[] {
  const rows = (command: string, { readyMs, residentMegabytes }: StartUp, most = '< 130 MB'): Row[] => [
    [`${command}, start to \`/ready\``, show(readyMs, 'ms', 0), '< 1000 ms'],
    ...(residentMegabytes
      ? [[`${command}, resident memory then`, show(residentMegabytes, 'MB', 0), most] as const]
      : []),
  ];
  return [
    ...rows('`npm start`, one worker', source),
    ...(compiled ? rows('`node dist/main.js serve`, one worker', compiled) : []),
    ...(twoWorkers ? rows('`npm start`, two workers: all three processes', twoWorkers, '') : []),
  ];
}

function localModelRows({ model, threads, contextSize, answerTokens, ...figures }: LocalModelFigures): Row[] {
  const { tokensPerSecond, ratio, firstToken, sameText } = figures;
  return [
    [
      `${model}, ${answerTokens} tokens, ${threads} threads, context ${contextSize}: gateway`,
      show(tokensPerSecond.gateway, 'tokens/s'),
      '',
    ],
    ['… library bare, loop of decode and sample', show(tokensPerSecond.lowLevel, 'tokens/s'), ''],
    ['… library bare, its own `evaluate`', show(tokensPerSecond.library, 'tokens/s'), ''],
    ['… gateway / loop of decode and sample', show(ratio.lowLevel, '×', 2), '≥ 0.90 ×'],
    ["… gateway / library's own `evaluate`", show(ratio.library, '×', 2), '≥ 0.90 ×'],
    ['… all three wrote the same text', sameText ? 'yes' : 'no', 'yes'],
    [
      `First token, first turn of ${firstToken.prefixTokens} tokens`,
      show(firstToken.firstTurnMs, 'ms', 0),
      '',
    ],
    ['First token, second turn on that prefix', show(firstToken.secondTurnMs, 'ms', 0), ''],
    ['First turn / second turn', show(firstToken.ratio, '×', 1), '≥ 5 ×'],
  ];
}

function show({ min, median, max }: Spread, unit: string, digits = 1): string {
  const space = unit === '' ? '' : ' ';
  return `${median.toFixed(digits)}${space}${unit} (${min.toFixed(digits)} – ${max.toFixed(digits)})`;
}
