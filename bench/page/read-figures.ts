// Medians, ratios and differences of a run's rounds. A ratio or a difference is taken round by round, since those of one round
// ran right after each other.
import type { RunFigures } from '../figures.ts';
import { curves, throughputAt } from '../legs/rates.ts';
import { ratios, type Spread, spread } from '../statistics.ts';

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
  const rounds = (peer: string, leg: string, figure: string): number[] | undefined => {
    // What is no number in a round is `null` once it was written.
    const all = run.legs[leg]?.[peer]?.[figure]?.filter((value) => Number.isFinite(value));
    return all && all.length > 0 ? all : undefined;
  };
  return {
    run,
    of(peer, leg, figure) {
      const values = rounds(peer, leg, figure);
      return values && spread(values);
    },
    ratio(peer, base, leg, figure) {
      const [above, below] = [rounds(peer, leg, figure), rounds(base, leg, figure)];
      return above && below && ratios(above, below);
    },
    added(peer, leg, figure) {
      const [own, direct] = [rounds(peer, leg, figure), rounds('direct', leg, figure)];
      return own && direct && spread(own.map((value, round) => value - (direct[round] ?? Number.NaN)));
    },
    throughput(peer, addedMs) {
      const own = curves(run.legs.rates, peer);
      const base = curves(run.legs.rates, 'direct');
      if (own.length === 0) return undefined;
      return spread(own.map((curve, round) => throughputAt(curve, base[round] ?? [], addedMs)));
    },
  };
}
