// How latency grows with the rate of requests: steps up to the program's own full speed, requests coming on time whether or not
// earlier ones are answered. Throughput at a bound of added latency is read off these curves.
import type { OpenJob } from '../load/jobs.ts';
import { quantile } from '../statistics.ts';
import type { Leg, Rounds } from './leg.ts';

/** Shares of the full speed. */
export const steps = [0.05, 0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** A step this slow is the last: beyond it there is only a longer queue. */
const slowMs = 200;

export function risingRates(seconds: number): Leg {
  return {
    name: 'rates',
    async measure(entry, { load }, { fullSpeed }) {
      const speeds = [...(fullSpeed?.[entry.kind.name]?.perSecond ?? [])].sort((a, b) => a - b);
      if (speeds.length === 0) return undefined;
      const sample: Record<string, number> = {};
      for (const [index, share] of steps.entries()) {
        const rate = Math.max(10, Math.round(quantile(speeds, 0.5) * share));
        const { target } = entry.peer;
        const job: OpenJob = { kind: 'open', target, mode: 'now', stream: false, id: 'speed', rate, seconds };
        const { latency } = await load.run(job);
        sample[`rate${index}`] = rate;
        sample[`p99${index}`] = latency.p99;
        if (latency.p99 > slowMs) break;
      }
      return sample;
    },
  };
}

export interface Point {
  readonly rate: number;
  readonly p99: number;
}

/** Of one program, round by round, rates rising. Rounds that ended early have fewer points. */
export function curves(rounds: Rounds | undefined, name: string): Point[][] {
  const figures = rounds?.[name] ?? {};
  const count = figures.rate0?.length ?? 0;
  return Array.from({ length: count }, (_, round) =>
    steps.flatMap((_, index) => {
      const rate = figures[`rate${index}`]?.[round];
      const p99 = figures[`p99${index}`]?.[round];
      return rate === undefined || p99 === undefined ? [] : [{ rate, p99 }];
    }),
  );
}

/** Latency at a rate, linear between the points, level beyond them. */
export function latencyAt(curve: readonly Point[], rate: number): number {
  const above = curve.findIndex((point) => point.rate >= rate);
  if (above <= 0) return (above === 0 ? curve[0] : curve.at(-1))?.p99 ?? Number.NaN;
  const [low, high] = [curve[above - 1] as Point, curve[above] as Point];
  return low.p99 + ((high.p99 - low.p99) * (rate - low.rate)) / (high.rate - low.rate);
}

/** The rate at which p99 first exceeds that of `base` by `addedMs`; that of the last point where it never does; 0 where it always does; NaN without a base. */
export function throughputAt(curve: readonly Point[], base: readonly Point[], addedMs: number): number {
  let before: { rate: number; added: number } | undefined;
  for (const { rate, p99 } of curve) {
    const added = p99 - latencyAt(base, rate);
    if (Number.isNaN(added)) return Number.NaN;
    if (added > addedMs) {
      if (!before) return 0;
      return before.rate + ((rate - before.rate) * (addedMs - before.added)) / (added - before.added);
    }
    before = { rate, added };
  }
  return before?.rate ?? Number.NaN;
}
