// A run as the section of docs/benchmarks.md that is generated, with its plots and every figure of every round beside the page.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFigures } from '../figures.ts';
import { root } from '../spawn.ts';
import { correctnessTable, dutiesTable } from './correctness-tables.ts';
import { overloadTable } from './overload-table.ts';
import { plotsOf } from './plots.ts';
import { createReader } from './read-figures.ts';
import { loadNote, memoryTable, requestTable, streamTable, throughputTable } from './speed-tables.ts';
import { targetTable } from './targets.ts';
import { workersTable } from './workers-table.ts';

const begin = '<!-- compare:begin -->';
const end = '<!-- compare:end -->';

/** For the terminal, and without its pictures. */
export function toText(run: RunFigures): string {
  return section(run).join('\n\n');
}

/** What `--from` makes the page of again. */
export const figuresFile = join(root, 'docs', 'benchmarks', 'figures.json');

/** Replaces the section between the markers, and pictures and figures in docs/benchmarks/. */
export function writePage(run: RunFigures): void {
  const path = join(root, 'docs', 'benchmarks.md');
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has lost its markers ${begin} and ${end}`);
  const plots = plotsOf(createReader(run));
  const folder = join(root, 'docs', 'benchmarks');
  mkdirSync(folder, { recursive: true });
  for (const { file, svg } of plots) writeFileSync(join(folder, file), svg);
  writeFileSync(figuresFile, JSON.stringify(run, undefined, 2));
  // Lists of numbers on one line, as all files of the repository have them.
  spawnSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', figuresFile], { cwd: root });
  const pictures = plots.map(({ file, alt }) => `![${alt}](benchmarks/${file})`);
  const content = [...section(run), ...pictures].join('\n\n');
  writeFileSync(path, `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`);
}

function section(run: RunFigures): string[] {
  const reader = createReader(run);
  const minutes = (run.seconds / 60).toFixed(0);
  const hasSpeed = run.legs.fullSpeed !== undefined;
  return [
    `${run.date} · \`${run.command}\`, ${minutes} minutes, medians of ${run.rounds} round${run.rounds === 1 ? '' : 's'} · Tollgate ${run.tollgate} · Node ${run.node} · undici ${run.undici}
${run.processor}, ${run.cores} cores, ${run.memoryGigabytes} GB, ${run.system}; load before the run ${run.loadBefore}; ${run.pinned}`,
    ...(hasSpeed
      ? [
          targetTable(reader),
          requestTable(reader),
          loadNote(reader),
          streamTable(reader),
          throughputTable(reader),
        ]
      : []),
    workersTable(reader),
    overloadTable(run),
    memoryTable(reader),
    correctnessTable(run),
    dutiesTable(run),
    failures(run),
  ].filter((part) => part !== '');
}

function failures({ peers }: RunFigures): string {
  const lines = peers.flatMap(({ title, failures, twoWorkers }) => [
    ...told(title, failures),
    ...told(`${title}, 2 workers,`, twoWorkers?.failures ?? {}),
  ]);
  return lines.join('\n');
}

function told(title: string, failures: Readonly<Record<string, string>>): string[] {
  return Object.entries(failures).map(
    ([leg, said]) => `- ${title} failed in "${leg}": ${said.split('\n')[0]}`,
  );
}
