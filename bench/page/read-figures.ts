// Medians, ratios and differences of a run's rounds. A ratio or a difference is taken round by round, since those of one round
// ran right after each other.
import type { RunFigures } from '../figures.ts';
import { curves, throughputAt } from '../legs/rates.ts';
import { type Spread, spread } from '../statistics.ts';

export interface Reader {
  readonly run: RunFigures;
  /** `undefined` where the program was not measured so. */
  of(peer: string, leg: string, figure: string): Spread | undefined;
  ratio(peer: string, base: string, leg: string, figure: string): Spread | undefined;
  /** Beyond the mock upstream asked directly. */
  added(peer: string, leg: string, figure: string): Spread | undefined;
  /** Requests per second with p99 at most so many ms above that of the mock upstream at the same rate. */
  throughput(peer: string, addedMs: number): Spread | undefined;
}

export function createReader(run: RunFigures): Reader {
  const rounds = (peer: string, leg: string, figure: string): number[] =>
    // What is no number in a round is `null` once it was written; it keeps its place, since rounds are compared.
    (run.legs[leg]?.[peer]?.[figure] ?? []).map((value) => value ?? Number.NaN);
  return {
    run,
    of(peer, leg, figure) {
      return known(rounds(peer, leg, figure));
    },
    ratio(peer, base, leg, figure) {
      const below = rounds(base, leg, figure);
      return known(rounds(peer, leg, figure).map((value, round) => value / (below[round] ?? Number.NaN)));
    },
    added(peer, leg, figure) {
      const direct = rounds('direct', leg, figure);
      return known(rounds(peer, leg, figure).map((value, round) => value - (direct[round] ?? Number.NaN)));
    },
    throughput(peer, addedMs) {
      const own = curves(run.legs.rates, peer);
      const base = curves(run.legs.rates, 'direct');
      return known(own.map((curve, round) => throughputAt(curve, base[round] ?? [], addedMs)));
    },
  };
}

/** Of the rounds that gave a number. */
function known(values: readonly number[]): Spread | undefined {
  const numbers = values.filter((value) => Number.isFinite(value));
  return numbers.length > 0 ? spread(numbers) : undefined;
}
