// How long each kind of run measures. Rounds are what medians are taken of.
import type { MemoryPlan } from './legs/memory.ts';
import type { OverloadPlan } from './legs/overload.ts';

export interface Plan {
  readonly rounds: number;
  /** Of the leg of rising rates, the longest. */
  readonly rateRounds: number;
  /** Some tens of thousands of requests, until a compiler has seen enough. */
  readonly warmUpSeconds: number;
  readonly requestSeconds: number;
  readonly latencySeconds: number;
  readonly streamSeconds: number;
  /** Of each step. */
  readonly rateSeconds: number;
  /** Whether memory and what goes wrong are looked at in the other programs, too. */
  readonly others: boolean;
  readonly memory: MemoryPlan;
  /** Of Tollgate alone, on two cores. */
  readonly manyStreams?: MemoryPlan;
  readonly overload: OverloadPlan;
  readonly overshootSeconds: number;
  readonly kills: number;
}

export const plans: Readonly<Record<'quick' | 'short' | 'peers', Plan>> = {
  /** Shows that every leg works; its figures are worth little. */
  quick: {
    rounds: 1,
    rateRounds: 1,
    warmUpSeconds: 3,
    requestSeconds: 1,
    latencySeconds: 0.5,
    streamSeconds: 1.5,
    rateSeconds: 0.4,
    others: true,
    memory: { streams: 200, perSecond: 200, restSeconds: 2 },
    overload: { shares: [0.8, 3], capacitySeconds: 1, settleSeconds: 2, seconds: 1.5 },
    overshootSeconds: 3,
    kills: 2,
  },
  short: {
    rounds: 5,
    rateRounds: 3,
    warmUpSeconds: 5,
    requestSeconds: 1.2,
    latencySeconds: 0.5,
    streamSeconds: 1.5,
    rateSeconds: 0.25,
    others: false,
    memory: { streams: 1000, perSecond: 500, restSeconds: 3 },
    overload: { shares: [0.8, 3], capacitySeconds: 2, settleSeconds: 4, seconds: 3 },
    overshootSeconds: 3,
    kills: 3,
  },
  peers: {
    rounds: 5,
    rateRounds: 3,
    warmUpSeconds: 8,
    requestSeconds: 3,
    latencySeconds: 2,
    streamSeconds: 4,
    rateSeconds: 1,
    others: true,
    memory: { streams: 1000, perSecond: 250, restSeconds: 8 },
    manyStreams: { streams: 10_000, perSecond: 1000, restSeconds: 15, workers: 2 },
    overload: { capacitySeconds: 4, settleSeconds: 5, seconds: 4 },
    overshootSeconds: 4,
    kills: 5,
  },
};
