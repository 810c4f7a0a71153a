// Whole answers: CPU per request at full speed and at one rate for all, and what one request at a time waits for.
import { withCpu } from '../field.ts';
import type { ClosedJob, OpenJob } from '../load/jobs.ts';
import { quantile } from '../statistics.ts';
import type { Leg } from './leg.ts';

const concurrency = 32;
/** Requests per second of the leg at one rate, and the answer takes 20 ms. */
export const commonRate = 1000;

export function fullSpeed(seconds: number): Leg {
  return {
    name: 'fullSpeed',
    async measure(entry, { load }) {
      const { target } = entry.peer;
      const job: ClosedJob = {
        kind: 'closed',
        target,
        mode: 'now',
        stream: false,
        id: 'speed',
        concurrency,
        seconds,
      };
      const { micros, result } = await withCpu(entry, () => load.run(job));
      return {
        micros: micros / result.answered,
        perSecond: result.answered / result.seconds,
        busy: micros / result.seconds / 1e6,
        loadMicros: result.ownMicros / result.answered,
      };
    },
  };
}

/** Only of programs that are far from their limit at that rate. */
export function oneRate(seconds: number): Leg {
  return {
    name: 'oneRate',
    async measure(entry, { load }, { fullSpeed: speeds }) {
      const perSecond = [...(speeds?.[entry.kind.name]?.perSecond ?? [])].sort((a, b) => a - b);
      // Nor of one that failed at full speed, of which this is not known.
      if (!(quantile(perSecond, 0.5) >= 2 * commonRate)) return undefined;
      const { target } = entry.peer;
      const job: OpenJob = {
        kind: 'open',
        target,
        mode: 'think',
        stream: false,
        id: 'speed',
        rate: commonRate,
        seconds,
      };
      const { micros, result } = await withCpu(entry, () => load.run(job));
      return { micros: micros / result.answered };
    },
  };
}

export function oneAtATime(seconds: number): Leg {
  return {
    name: 'oneAtATime',
    async measure(entry, { load }) {
      const { target } = entry.peer;
      const job: ClosedJob = {
        kind: 'closed',
        target,
        mode: 'now',
        stream: false,
        id: 'speed',
        concurrency: 1,
        seconds,
      };
      const { latency } = await load.run(job);
      return { p50: latency.p50, p99: latency.p99 };
    },
  };
}
