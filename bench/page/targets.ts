// The promises in figures: what was asked, what was measured, met or not.
import type { Spread } from '../statistics.ts';
import { absent, cell, number, table } from './cells.ts';
import type { Reader } from './read-figures.ts';
import { workersGain } from './workers-table.ts';

interface Target {
  readonly what: string;
  readonly figure: Spread | undefined;
  readonly unit: string;
  readonly most?: number;
  /** Instead of `most`. */
  readonly least?: number;
  /** As it stands in the table; default `≤ most unit` or `≥ least unit`. */
  readonly bound?: string;
  /** Of what was measured: with more than none the target is missed, whatever the figure. */
  readonly lost?: number;
}

/** What stands in the way of one that was missed. */
const profiles = '[profiles](profiles/README.md)';

export function targetTable(reader: Reader): string {
  const rows = targets(reader).map((target) => {
    const { what, figure, unit } = target;
    return [what, cell(figure, unit), boundOf(target), figure ? verdict(target, figure) : absent];
  });
  return table(['Tollgate: keys, limits and ledger on', 'Median (min – max)', 'Target', 'Met'], rows);
}

function boundOf({ bound, most, least, unit }: Target): string {
  if (bound !== undefined) return bound;
  return least === undefined ? `≤ ${number(most ?? Number.NaN)} ${unit}` : `≥ ${number(least)} ${unit}`;
}

function verdict(
  { most = Number.POSITIVE_INFINITY, least = 0, lost = 0 }: Target,
  { median }: Spread,
): string {
  if (lost > 0) return `**no**: ${number(lost, 0)} lost`;
  return median <= most && median >= least ? 'yes' : `**no**: ${profiles}`;
}

function targets(reader: Reader): Target[] {
  const cpu = (base: string) => reader.ratio('tollgate', base, 'fullSpeed', 'micros');
  const eighth = { unit: '×', most: 1 / 8, bound: '≤ 1/8 ×' };
  const { manyStreams, memory } = reader.run.peers.find(({ name }) => name === 'tollgate') ?? {};
  const stored = manyStreams ?? memory;
  const each = stored && ((stored.loaded - stored.idle) * 1000) / stored.streams;
  return [
    { what: 'CPU per request / bare Node relay', figure: cpu('relay'), unit: '×', most: 2 },
    {
      what: '… both at the same rate',
      figure: reader.ratio('tollgate', 'relay', 'oneRate', 'micros'),
      unit: '×',
      most: 2,
    },
    { what: 'CPU per request / Portkey', figure: cpu('portkey'), ...eighth },
    { what: 'CPU per request / LiteLLM', figure: cpu('litellm'), ...eighth },
    { what: 'CPU per request / crabllm', figure: cpu('crabllm'), unit: '×', most: 1, bound: '< 1 ×' },
    { what: 'CPU per request / Bifrost', figure: cpu('bifrost'), unit: '×', most: 1, bound: '< 1 ×' },
    {
      what: 'added latency, one at a time, p50',
      figure: reader.added('tollgate', 'oneAtATime', 'p50'),
      unit: 'ms',
      most: 0.5,
    },
    {
      what: 'added latency, one at a time, p99',
      figure: reader.added('tollgate', 'oneAtATime', 'p99'),
      unit: 'ms',
      most: 2,
    },
    {
      what: 'CPU per relayed chunk / nginx, buffering off',
      figure: reader.ratio('tollgate', 'nginx', 'streams', 'microsPerChunk'),
      unit: '×',
      most: 1.5,
    },
    {
      what: 'added time to first token, p50',
      figure: reader.added('tollgate', 'streams', 'first50'),
      unit: 'ms',
      most: 1,
    },
    {
      what: 'requests / s, two workers / one, per core',
      figure: workersGain(reader.run)?.perCore,
      unit: '×',
      least: 1.7,
    },
    {
      what: `memory over idle, ${number(stored?.streams ?? 0, 0)} streams, each`,
      figure: each === undefined ? undefined : { min: each, median: each, max: each, rounds: 1 },
      unit: 'KB',
      most: 40,
      lost: stored?.lost ?? 0,
    },
  ];
}
