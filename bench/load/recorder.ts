// Collects what one job saw: latencies, first deltas, the silence between deltas, wrong answers.
import { quantile } from '../statistics.ts';
import { looksRight } from '../wire.ts';
import type { Outcome, Quantiles } from './jobs.ts';

export interface Recorder {
  /** Says whether it was right. */
  answer(answer: readonly Buffer[], latencyMs: number): boolean;
  broken(pieces: readonly Buffer[], error: Error): void;
  firstDelta(ms: number): void;
  gap(ms: number): void;
  outcome(): Outcome;
}

export function createRecorder(stream: boolean, isRight = looksRight): Recorder {
  const begun = performance.now();
  const usedBefore = process.cpuUsage();
  const latencies: number[] = [];
  const firsts: number[] = [];
  const gaps: number[] = [];
  let wrong = 0;
  let sample: string | undefined;

  function fail(text: string): void {
    wrong++;
    sample ??= text.slice(0, 2000);
  }

  return {
    answer(pieces, latencyMs) {
      const answer = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      const right = isRight(answer, stream);
      if (right) latencies.push(latencyMs);
      else fail(answer.toString());
      return right;
    },
    broken: (pieces, error) => fail(`${error.message} after: ${Buffer.concat(pieces).toString()}`),
    firstDelta: (ms) => firsts.push(ms),
    gap: (ms) => gaps.push(ms),
    outcome() {
      const { user, system } = process.cpuUsage(usedBefore);
      return {
        seconds: (performance.now() - begun) / 1000,
        answered: latencies.length,
        wrong,
        ...(sample === undefined ? {} : { sample }),
        latency: quantiles(latencies),
        ...(stream ? { firstDelta: quantiles(firsts), gap: quantiles(gaps) } : {}),
        ownMicros: user + system,
      };
    },
  };
}

function quantiles(values: number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? Number.NaN,
  };
}
