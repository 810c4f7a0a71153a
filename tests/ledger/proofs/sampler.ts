// Looks at a limit as often as it can while requests run, through the admin API of every node in turn and straight from the
// database: what is settled and held is never more than the amount, and in the database it is the sum of the rows.
import assert from 'node:assert/strict';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Metric } from './books.ts';
import type { ShownLimit, Site } from './site.ts';

export interface Watched {
  readonly limitId: string;
  readonly keyId: string;
  readonly metric: Metric;
  /** Nano-USD, tokens or requests. */
  readonly amount: bigint;
  /** Whether its counter sums up the rows of all time: a minute slides. */
  readonly sums: boolean;
}

export interface Samples {
  readonly api: number;
  readonly database: number;
  /** The most that was settled and held at any of these instants. */
  readonly most: bigint;
}

export interface Sampler {
  /** Resolves when the API was asked so often, or something was found wrong. */
  asked(times: number): Promise<void>;
  /** The first thing found wrong, thrown; else what was seen. */
  stop(): Promise<Samples>;
}

/** Looks into the database without a pause: what happens first is what matters most. */
const atFullSpeed = 500;

export function startSampler(site: Site, watched: Watched): Sampler {
  const { limitId, keyId, metric, amount, sums } = watched;
  let stopped = false;
  let most = 0n;
  const seen = { api: 0, database: 0 };

  function note(settled: bigint, held: bigint): void {
    const sum = settled + held;
    if (sum > most) most = sum;
    assert.ok(settled >= 0n && held >= 0n, `settled ${settled}, held ${held}`);
    assert.ok(sum <= amount, `settled ${settled} + held ${held} passes ${amount}`);
  }

  async function ask(): Promise<void> {
    for (let turn = 0; !stopped; turn++) {
      const { settled, held } = amountsOf(await site.limit(limitId, turn % site.nodes.length), metric);
      note(settled, held);
      seen.api++;
    }
  }

  async function look(): Promise<void> {
    while (!stopped) {
      const instant = await site.books.instant(limitId, keyId, metric);
      if (instant) {
        note(instant.settled, instant.held);
        if (sums) assert.equal(instant.settled + instant.held, instant.ofRows, 'the counter is not its rows');
        seen.database++;
      }
      // SQLite answers in the same turn, and the clients of the proof need theirs.
      await (seen.database < atFullSpeed ? nextTurn() : delay(5));
    }
  }

  const looking = [ask(), look()];
  const running = Promise.allSettled(looking);
  const failed = Promise.race(looking.map((look) => look.then(() => new Promise<never>(() => {}))));
  failed.catch(() => undefined);
  return {
    async asked(times) {
      while (seen.api < times) await Promise.race([failed, delay(5)]);
    },
    async stop() {
      stopped = true;
      for (const outcome of await running) if (outcome.status === 'rejected') throw outcome.reason;
      return { ...seen, most };
    },
  };
}

export function amountsOf(limit: ShownLimit, metric: Metric): { settled: bigint; held: bigint } {
  return metric === 'cost'
    ? { settled: BigInt(limit.settled_nanousd ?? 0), held: BigInt(limit.held_nanousd ?? 0) }
    : { settled: BigInt(limit.settled), held: BigInt(limit.held) };
}
