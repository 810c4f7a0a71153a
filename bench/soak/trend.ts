// How a figure moves over time, by the median slope of all pairs (Theil and Sen, 1968): what a few wild samples say does not count,
// such as those taken while garbage waits to be collected.
import { quantile } from '../statistics.ts';

export interface Sample {
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

/** Per second; NaN for fewer than two samples. */
export function slopeOf(samples: readonly Sample[]): number {
  const slopes: number[] = [];
  for (const [index, first] of samples.entries()) {
    for (const second of samples.slice(index + 1)) {
      if (second.at !== first.at) slopes.push((second.value - first.value) / (second.at - first.at));
    }
  }
  return quantile(
    slopes.sort((a, b) => a - b),
    0.5,
  );
}
