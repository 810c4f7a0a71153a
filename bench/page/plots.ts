// Which figures are drawn, and as what files.
import { curves, latencyAt, steps } from '../legs/rates.ts';
import { quantile } from '../statistics.ts';
import type { Reader } from './read-figures.ts';
import { type Bar, barPlot, type Line, linePlot } from './svg.ts';

/** Name of the file, what it says to those who do not see it, and its content. */
export interface Plot {
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

export function plotsOf(reader: Reader): Plot[] {
  const plots = [
    bars(reader, 'cpu-per-request.svg', 'CPU per request, µs (logarithmic)', 'fullSpeed', 'micros'),
    bars(reader, 'cpu-per-chunk.svg', 'CPU per relayed chunk, µs (logarithmic)', 'streams', 'microsPerChunk'),
    latencyPlot(reader),
  ];
  return plots.filter((plot) => plot !== undefined);
}

function bars(reader: Reader, file: string, title: string, leg: string, figure: string): Plot | undefined {
  const all = reader.run.peers.flatMap(({ name, title: label }): Bar[] => {
    const spread = reader.of(name, leg, figure);
    if (!spread) return [];
    return [{ label, value: spread.median, low: spread.min, high: spread.max, own: name === 'tollgate' }];
  });
  if (all.length === 0) return undefined;
  const sorted = all.sort((a, b) => a.value - b.value);
  const said = sorted.map(({ label, value }) => `${label} ${value.toFixed(1)}`).join(', ');
  return { file, alt: `${title}: ${said}`, svg: barPlot(title, sorted) };
}

/** Median over the rounds of each step. */
function latencyPlot(reader: Reader): Plot | undefined {
  const lines = reader.run.peers.flatMap(({ name, title }): Line[] => {
    const rounds = curves(reader.run.legs.rates, name);
    const points = steps.flatMap((_, index): [number, number][] => {
      const at = rounds.flatMap((curve) => curve[index] ?? []);
      if (at.length <= rounds.length / 2) return [];
      const rate = median(at.map((point) => point.rate));
      return [[rate, Math.max(0.01, median(rounds.map((curve) => latencyAt(curve, rate))))]];
    });
    return points.length > 1 ? [{ label: title, points }] : [];
  });
  if (lines.length === 0) return undefined;
  const title = 'p99 of the answer, ms, as the rate of requests rises (logarithmic)';
  return { file: 'latency-by-rate.svg', alt: title, svg: linePlot(title, 'requests per second', lines) };
}

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
