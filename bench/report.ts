// The figures as a table, for the terminal and for docs/benchmarks.md. Every cell is `median (min – max)`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CpuFigures } from './cpu-per-request.ts';
import type { LatencyFigures } from './latency.ts';
import type { LocalModelFigures } from './local-model.ts';
import type { Machine } from './machine.ts';
import { root } from './spawn.ts';
import type { StartUp, StartUpFigures } from './start-up.ts';
import type { Spread } from './statistics.ts';
import { deltas } from './wire.ts';

export interface Figures extends Machine {
  readonly command: string;
  readonly plan: Readonly<Record<string, number>>;
  readonly startUp?: StartUpFigures;
  readonly cpu?: CpuFigures;
  readonly latency?: LatencyFigures;
  readonly localModel?: LocalModelFigures;
}

type Row = readonly [what: string, figure: string, target: string];

const begin = '<!-- bench:begin -->';
const end = '<!-- bench:end -->';

export function toTable(figures: Figures): string {
  const { startUp, cpu, latency, localModel } = figures;
  const rows: Row[] = [
    ...(startUp ? startUpRows(startUp) : []),
    ...(cpu ? cpuRows(cpu) : []),
    ...(latency ? latencyRows(latency) : []),
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

function startUpRows({ source, compiled }: StartUpFigures): Row[] {
  const rows = (command: string, { readyMs, residentMegabytes }: StartUp): Row[] => [
    [`\`${command}\`, start to \`/ready\``, show(readyMs, 'ms', 0), '< 1000 ms'],
    ...(residentMegabytes
      ? [[`\`${command}\`, resident memory then`, show(residentMegabytes, 'MB', 0), '< 130 MB'] as const]
      : []),
  ];
  return [...rows('npm start', source), ...(compiled ? rows('node dist/main.js serve', compiled) : [])];
}

function cpuRows({
  plain,
  sameRate,
  perStream,
  threads,
  requestsPerSecond,
  busy,
  ledger,
}: CpuFigures): Row[] {
  const shares = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, micros]) => `${name} ${micros.toFixed(1)}`)
      .join(', ');
  return [
    ['CPU per request, gateway', show(plain.gateway, 'µs'), ''],
    ['CPU per request, bare relay', show(plain.relay, 'µs'), ''],
    ['CPU per request, gateway / bare relay', show(plain.ratio, '×', 2), '≤ 2.0 ×'],
    ['… at the same rate (upstream takes 20 ms), gateway', show(sameRate.gateway, 'µs'), ''],
    ['… at the same rate, bare relay', show(sameRate.relay, 'µs'), ''],
    ['… at the same rate, gateway / bare relay', show(sameRate.ratio, '×', 2), '≤ 2.0 ×'],
    ['… by thread, gateway', `${shares(threads.gateway)} µs`, ''],
    ['… by thread, bare relay', `${shares(threads.relay)} µs`, ''],
    ['… share of a core kept busy, gateway', show(busy.gateway, '', 2), ''],
    ['… share of a core kept busy, bare relay', show(busy.relay, '', 2), ''],
    ['Requests per second on that core, gateway', show(requestsPerSecond.gateway, '', 0), ''],
    ['Requests per second on that core, bare relay', show(requestsPerSecond.relay, '', 0), ''],
    ['CPU per streamed delta, gateway', show(each(perStream.gateway), 'µs'), ''],
    ['CPU per streamed delta, bare relay', show(each(perStream.relay), 'µs'), ''],
    ['CPU per streamed delta, gateway / bare relay', show(perStream.ratio, '×', 2), ''],
    ['Ledger rows settled / requests answered', `${ledger.settled} / ${ledger.expected}`, 'equal'],
  ];
}

/** A stream's cost, spread over its deltas. */
function each({ min, median, max, rounds }: Spread): Spread {
  return { min: min / deltas, median: median / deltas, max: max / deltas, rounds };
}

function latencyRows(latency: LatencyFigures): Row[] {
  const names = { direct: 'straight to the mock', relay: 'bare relay', gateway: 'gateway' } as const;
  return (['p50', 'p99'] as const).flatMap((quantile) =>
    (['direct', 'relay', 'gateway'] as const).map(
      (place): Row => [
        `One request at a time, ${quantile}, ${names[place]}`,
        show(latency[place][quantile], 'ms', 2),
        '',
      ],
    ),
  );
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
