// An event loop on paper: requests come, each takes some turns of it and waits in between, and the rule of admission is told of every turn
// as it would be of a real one. No clock, no thread, the same in every run.
import { createAdmissionRule } from '../../src/http/admission-rule.ts';

/** What a request does in one turn, in ms of CPU, and how long it waits then. */
export interface Stage {
  readonly cpu: number;
  readonly wait: number;
}

export interface SimulatedLoad {
  /** Requests per second at a time in seconds. */
  readonly rate: (second: number) => number;
  readonly stages: readonly Stage[];
  readonly seconds: number;
  /** Clients who ask again when they are answered, beside those who come by rate. */
  readonly clients?: number;
  /** What a refusal costs, in ms. */
  readonly refusalCpu?: number;
  /** Work of the loop that is no request, done in one turn when its time in ms has come. */
  readonly jobs?: readonly { readonly at: number; readonly cpu: number }[];
  /** How much longer than its CPU time a turn takes, because others use the processor, too. */
  readonly stolen?: (second: number) => number;
  /** The disk: holds are answered only at multiples of this, in ms. */
  readonly commitEvery?: number;
}

export interface Second {
  answered: number;
  refused: number;
  /** From the request's arrival to its last turn, without the waits of its stages; in ms. */
  readonly waits: number[];
  /** From the request's arrival to the refusal. */
  readonly refusals: number[];
}

interface Pending {
  readonly at: number;
  readonly born: number;
  readonly stage: number;
  /** What it waits for others in all. */
  readonly elsewhere: number;
  readonly again: boolean;
}

/** Second by second. */
export function simulate(load: SimulatedLoad): Second[] {
  const { stages, refusalCpu = 0.015, stolen = () => 1, commitEvery = 0 } = load;
  const rule = createAdmissionRule();
  const random = createRandom();
  const pending = createQueue();
  const jobs = [...(load.jobs ?? [])];
  const seconds: Second[] = [];
  let now = 0;
  let next = 0;
  for (let client = 0; client < (load.clients ?? 0); client++) arrive(random() * 10, true);

  function arrive(at: number, again: boolean): void {
    pending.add({ at, born: at, stage: 0, elsewhere: 0, again });
  }

  /** Requests are put in line up to `until`. */
  function arrivals(until: number): void {
    while (next <= until) {
      const rate = load.rate(next / 1000);
      if (rate > 0) arrive(next, false);
      next += rate > 0 ? (-Math.log(1 - random()) * 1000) / rate : 10;
    }
  }

  while (now < load.seconds * 1000) {
    arrivals(now + 1);
    const first = Math.min(pending.first(), jobs[0]?.at ?? Number.POSITIVE_INFINITY, now + 1);
    const waited = Math.max(first - now, 0);
    now += waited;
    const due = pending.take(now);
    let cpu = 0;
    const work = (ms: number) => {
      cpu += ms;
      now += ms * stolen(now / 1000);
    };
    work(0.02);
    while ((jobs[0]?.at ?? Number.POSITIVE_INFINITY) <= now) work(jobs.shift()?.cpu ?? 0);
    for (const one of due) {
      if (one.stage === 0 && !rule.admits(now, () => waited)) {
        work(refusalCpu);
        const second = secondAt(seconds, now);
        second.refused++;
        second.refusals.push(now - one.born);
        if (one.again) arrive(now + 1000 + random() * 2000, true);
        continue;
      }
      const stage = stages[one.stage] as Stage;
      work(stage.cpu);
      const done = now;
      const second = secondAt(seconds, now);
      if (one.stage + 1 < stages.length) {
        const ready = done + stage.wait;
        const at = one.stage === 0 && commitEvery > 0 ? Math.ceil(ready / commitEvery) * commitEvery : ready;
        pending.add({ ...one, at, stage: one.stage + 1, elsewhere: one.elsewhere + at - done });
      } else {
        second.answered++;
        second.waits.push(done - one.born - one.elsewhere);
        if (one.again) arrive(done + 0.3, true);
      }
    }
    rule.turned({ cpuMs: cpu, idleMs: waited, at: now, queued: 0 });
  }
  return seconds;
}

export function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

export function total(seconds: readonly Second[], count: 'answered' | 'refused'): number {
  return seconds.reduce((sum, second) => sum + second[count], 0);
}

function secondAt(seconds: Second[], now: number): Second {
  while (seconds.length <= now / 1000) seconds.push({ answered: 0, refused: 0, waits: [], refusals: [] });
  return seconds[Math.floor(now / 1000)] as Second;
}

/** mulberry32, so that every run is the same. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What is due, by the time at which it is: sorted when somebody looks. */
function createQueue() {
  const slots = new Map<number, Pending[]>();
  let earliest = 0;
  let size = 0;
  /** Slots of a tenth of a millisecond. */
  const slotOf = (at: number) => Math.ceil(at * 10);

  return {
    add(one: Pending): void {
      const slot = Math.max(slotOf(one.at), earliest);
      const there = slots.get(slot);
      if (there) there.push(one);
      else slots.set(slot, [one]);
      size++;
    },
    first(): number {
      if (size === 0) return Number.POSITIVE_INFINITY;
      while (!slots.has(earliest)) earliest++;
      return earliest / 10;
    },
    take(now: number): Pending[] {
      const due: Pending[] = [];
      for (; earliest <= now * 10; earliest++) {
        const there = slots.get(earliest);
        if (!there) continue;
        due.push(...there);
        slots.delete(earliest);
      }
      size -= due.length;
      return due;
    },
  };
}
